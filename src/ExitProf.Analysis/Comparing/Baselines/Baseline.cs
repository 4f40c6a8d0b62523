using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// A folder of plain files, one for each scenario and setting, one line for each run, the newest at the end: it can be kept in git, read by
/// people, and merged as text. A line is the time, the commit, the unit, the median and the machine, between tabs.
/// </summary>
public sealed class Baseline(string folder)
{
    private const string AnyTitle = "# exitprof baseline ";
    private const string Title = AnyTitle + "1: ";
    private const string LockName = ".lock";

    /// <summary>EWOULDBLOCK: another process holds the lock.</summary>
    private const int WouldBlock = 11;

    /// <summary>Two minutes: an addition takes milliseconds.</summary>
    private const int MostTries = 6000;

    private const string Time = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>In the order of time, each measurement once; empty if nothing is known of it.</summary>
    /// <exception cref="InputException">A line is none, or the file is of another version.</exception>
    public ImmutableArray<BaselineRun> Read(string name)
    {
        string path = PathOf(name);
        if (!File.Exists(path)) return [];
        string[] lines = File.ReadAllLines(path);
        // Text that was merged may have two titles.
        if (
            lines.FirstOrDefault(l => l.StartsWith(AnyTitle, StringComparison.Ordinal) && !l.StartsWith(Title, StringComparison.Ordinal)) is
            { } strange
        )
        {
            throw new InputException(
                $"{Path.GetFileName(path)} is a baseline of version {strange[AnyTitle.Length..].Split(':')[0]}, and this exitprof knows version 1: use the exitprof that wrote it."
            );
        }
        return
        [
            .. lines
                .Select((line, i) => (Line: line, Number: i + 1))
                .Where(l => l.Line.Length > 0 && l.Line[0] != '#')
                .Select(l => Parse(path, l.Number, l.Line))
                .DistinctBy(Measurement)
                .OrderBy(r => r.Utc),
        ];
    }

    /// <summary>Appends the run, unless it is there already: another commit beside it makes no second measurement of it.</summary>
    /// <returns>Whether it was appended.</returns>
    /// <inheritdoc cref="Read"/>
    public bool Add(string name, BaselineRun run)
    {
        Directory.CreateDirectory(folder);
        using FileStream alone = Lock();
        if (Read(name).Select(Measurement).Contains(Measurement(run with { Unit = Word(run.Unit), Machine = Word(run.Machine) })))
            return false;
        string path = PathOf(name);
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Utc.ToString(Time, CultureInfo.InvariantCulture)}\t{Word(run.Commit)}\t{Word(run.Unit)}\t{run.Median:0.###}\t{Word(run.Machine)}\n"
        );
        string before = File.Exists(path) ? File.ReadAllText(path) : "";
        if (before.Length == 0) before = Title + Word(name) + "\n";
        WholeFile.WriteText(path, writer => writer.Write(before[^1] == '\n' ? before + line : before + "\n" + line));
        return true;
    }

    /// <summary>
    /// A line is added by writing the whole file: two processes at once would lose one. The lock is flock's, so that it ends with the
    /// process that holds it; its file stays, because removing it would let two hold a lock of one name.
    /// </summary>
    private FileStream Lock()
    {
        string path = Path.Combine(folder, LockName);
        for (int tries = 0; ; tries++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            }
            catch (IOException e) when (e.HResult == WouldBlock && tries < MostTries)
            {
                Thread.Sleep(20);
            }
        }
    }

    /// <summary>What makes two lines one measurement. Lines are to the second.</summary>
    private static (DateTime, string, string) Measurement(BaselineRun run) =>
        (run.Utc.AddTicks(-(run.Utc.Ticks % TimeSpan.TicksPerSecond)), run.Unit, run.Machine);

    private static string Word(string text) =>
        text.Length == 0 ? "-" : string.Concat(text.EnumerateRunes().Select(r => Rune.IsControl(r) ? " " : r.ToString()));

    private static BaselineRun Parse(string path, int number, string line)
    {
        if (
            line.Split('\t') is [var utc, var commit, var unit, var median, var machine]
            && DateTime.TryParseExact(
                utc,
                Time,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out DateTime time
            )
            && double.TryParse(median, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value)
            && value > 0
        )
        {
            return new BaselineRun(time, commit, TraceClock.CurrentWord(unit), value, machine);
        }
        throw new InputException(
            $"Line {number} of {Path.GetFileName(path)} is no run of a baseline: time, commit, unit, median and machine, between tabs."
        );
    }

    /// <summary>A file name that every system takes; what is alike but for signs that no name may have has a number behind it.</summary>
    private string PathOf(string name)
    {
        var safe = new StringBuilder();
        foreach (char c in name) safe.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '=' or '.' or '_' ? c : '_');
        string plain = safe.ToString().TrimStart('.');
        return Path.Combine(folder, plain == name ? plain + ".tsv" : $"{plain}-{Checksum(name):x8}.tsv");
    }

    /// <summary>FNV-1a.</summary>
    private static uint Checksum(string text)
    {
        uint hash = 2_166_136_261;
        foreach (byte b in Encoding.UTF8.GetBytes(text)) hash = (hash ^ b) * 16_777_619;
        return hash;
    }
}
