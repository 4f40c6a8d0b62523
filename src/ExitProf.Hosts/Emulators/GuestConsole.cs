using System.Globalization;
using System.Text;

namespace ExitProf.Hosts;

/// <summary>What a guest says on its serial line, read from the file that the emulator writes. Lines for us begin with "HOST:".</summary>
/// <param name="virtualization">What the guest's KVM needs.</param>
internal sealed class GuestConsole(string path, Virtualization virtualization) : IDisposable
{
    public const string UpLine = Prefix + "up";
    public const string ReadyLine = Prefix + "ready";
    private const string Prefix = "HOST: ";
    private const string ResultsPrefix = Prefix + "results ";
    private const string RefusedPrefix = Prefix + "refused: ";
    private const string ProgressPrefix = Prefix + "progress ";
    private const string PanicText = "Kernel panic - not syncing";

    /// <summary>Kept for a report of what went wrong.</summary>
    private const int KeptLines = 40;

    private readonly FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    private readonly StringBuilder line = new();
    private readonly Queue<string> kept = new();

    /// <summary>Process 1 was started, so the kernel has booted and its modules are loaded.</summary>
    public bool Up { get; private set; }

    /// <summary>exitprof waits in the guest.</summary>
    public bool Ready { get; private set; }

    /// <summary>How many bytes of results lie in the mailbox; null as long as there are none.</summary>
    public int? Results { get; private set; }

    /// <summary>Why nothing more will come; null as long as all is well.</summary>
    public string? Failure { get; private set; }

    public HostProgress? Progress { get; private set; }

    /// <summary>Bytes so far: as long as they grow, the guest lives.</summary>
    public long Length { get; private set; }

    public static string ResultsLine(int bytes) => ResultsPrefix + bytes.ToString(CultureInfo.InvariantCulture);

    public static string RefusedLine(string reason) => RefusedPrefix + ConsoleText.Visible(reason);

    public static string ProgressLine(HostProgress progress) =>
        string.Create(CultureInfo.InvariantCulture, $"{ProgressPrefix}{progress.Share:F4} {progress.Exits} {progress.Doing}");

    /// <summary>The last lines, for the user.</summary>
    public IReadOnlyList<string> Last(int lines) =>
        [.. kept.Append(ConsoleText.Visible(line.ToString())).Where(l => l.Length > 0).TakeLast(lines)];

    /// <summary>Reads what has come since, or a part of it if that is much: a guest may write faster than it is read.</summary>
    public void Read()
    {
        const int MostAtOnce = 1 << 20;
        Span<byte> buffer = stackalloc byte[4096];
        int read;
        for (int all = 0; all < MostAtOnce && (read = file.Read(buffer)) > 0; all += read)
        {
            Length += read;
            foreach (byte b in buffer[..read]) Take(b);
        }
    }

    public void Dispose() => file.Dispose();

    private void Take(byte b)
    {
        const int MostCharacters = 4096;
        if (b == '\n')
        {
            Understand(line.ToString().TrimEnd('\r'));
            line.Clear();
        }
        else if (line.Length < MostCharacters) line.Append((char)b);
    }

    private void Understand(string text)
    {
        // The kernel may write into the middle of a line of ours; a line that is cut is not understood, and comes again or is no loss.
        if (text.Contains(PanicText, StringComparison.Ordinal)) Failure ??= "its kernel panicked: "
            + ConsoleText.Visible(text[text.IndexOf(PanicText, StringComparison.Ordinal)..]);
        if (text == UpLine) Up = true;
        else if (text == ReadyLine) (Up, Ready) = (true, true);
        else if (text.StartsWith(RefusedPrefix, StringComparison.Ordinal)) Failure ??= ConsoleText.Visible(
            Refusal.Explain(text[RefusedPrefix.Length..], virtualization));
        else if (text.StartsWith(ResultsPrefix, StringComparison.Ordinal)) TakeResults(text[ResultsPrefix.Length..]);
        else if (text.StartsWith(ProgressPrefix, StringComparison.Ordinal)) Progress = HostProgress.TryParse(text[ProgressPrefix.Length..])
            ?? Progress;
        else
        {
            kept.Enqueue(ConsoleText.Visible(text));
            if (kept.Count > KeptLines) kept.Dequeue();
        }
    }

    private void TakeResults(string number)
    {
        if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes)
            && bytes <= MailboxLayout.MostContents) Results = bytes;
        else Failure ??= $"it announced results of '{ConsoleText.Visible(number)}' bytes";
    }
}
