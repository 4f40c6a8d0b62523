using System.Globalization;

namespace ExitProf.Traces;

/// <summary>
/// What <c>kvm_stat -l</c> writes: a line of names, then a line of what each counter grew by in every interval, and the names again after
/// 20 of those. <c>-c</c> puts commas between them and the time before them.
/// </summary>
internal sealed class KvmStatLog(ITraceSink sink, Func<string, string> title)
{
    private const string Timestamp = "timestamp";

    /// <summary>A hostile text could have a header of nothing but names.</summary>
    private const int MaxNames = 512;

    private string[] names = [];
    private double[] sums = [];
    private bool hasTimes;
    private long rows;
    private DateTime first;
    private DateTime last;

    /// <summary>Takes a line of names or of numbers.</summary>
    /// <returns>False if it is neither.</returns>
    internal bool Add(string line)
    {
        bool commas = line.StartsWith(Timestamp + ",", StringComparison.Ordinal);
        if (commas || names.Length == 0 || char.IsLetter(line.TrimStart()[0]))
        {
            string[] found = commas ? line.Split(',')[1..] : Words(line);
            if (!IsNames(found, commas)) return false;
            if (commas == hasTimes && found.AsSpan().SequenceEqual(names)) return true;
            Complete();
            (names, sums, hasTimes) = (found, new double[found.Length], commas);
            return true;
        }
        return TryRow(hasTimes ? line.Split(',') : Words(line));
    }

    /// <summary>Hands over what the counters grew by in all, and in a second where the log has times.</summary>
    internal void Complete()
    {
        if (rows > 0)
        {
            string of = title("kvm_stat");
            // Each line stands at the end of its interval: the first one's is as long as the others on average.
            double seconds = rows > 1 ? (last - first).TotalSeconds * rows / (rows - 1) : 0;
            for (int i = 0; i < names.Length; i++)
            {
                sink.Metric(new TableFigure(of, names[i], TableColumn.Samples, sums[i], "events"));
                if (seconds > 0) sink.Metric(new TableFigure(of, names[i], "per second", sums[i] / seconds, "events"));
            }
        }
        (names, sums, hasTimes, rows) = ([], [], false, 0);
    }

    private static string[] Words(string line) => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Two names of KVM's at least: a sentence may begin with one.</summary>
    private static bool IsNames(string[] words, bool commas) => words.Length is > 1 and <= MaxNames
        && (commas || words.Count(w => w.StartsWith("kvm_", StringComparison.Ordinal)) > 1)
        && words.All(w => w.Length is > 0 and < 80 && char.IsAsciiLetter(w[0])
            && w.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '(' or ')' or '-' or '[' or ']'));

    private bool TryRow(string[] words)
    {
        int before = hasTimes ? 1 : 0;
        if (words.Length != names.Length + before) return false;
        var values = new double[names.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.TryParse(words[i + before], NumberStyles.None, CultureInfo.InvariantCulture, out values[i])) return false;
        }
        if (hasTimes)
        {
            if (!DateTime.TryParse(words[0], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time)) return false;
            if (rows == 0) first = time;
            last = time;
        }
        for (int i = 0; i < values.Length; i++) sums[i] += values[i];
        rows++;
        return true;
    }
}
