using ExitProf.Hosts;

namespace ExitProf;

/// <summary>One line on stderr that is written over while packages are fetched; nothing in a pipe.</summary>
internal sealed class FetchLine(CommandConsole console) : IProgress<FetchProgress>
{
    private Pace? pace;

    public void Report(FetchProgress value)
    {
        if (!console.ShowsProgress) return;
        if (value.Ended)
        {
            if (pace != null) console.Error.Write("\r\e[K");
            // The next download has a pace of its own.
            pace = null;
            return;
        }
        pace ??= new Pace();
        console.Error.Write($"\r{Text(value, pace)}\e[K");
    }

    /// <summary>"fetching   45 %  12.3 of 27.4 MB  2.1 MB/s  8 s left".</summary>
    internal static string Text(FetchProgress value, Pace pace)
    {
        double share = value.Total > 0 ? Math.Min(1, value.Bytes / value.Total) : double.NaN, arrived = value.Bytes / 1e6;
        string after = pace.After(share, arrived, " MB/s");
        return double.IsNaN(share) ? $"fetching  {arrived:F1} MB{after}" : $"fetching  {share,4:P0}  {arrived:F1} of {value.Total / 1e6:F1} MB{after}";
    }
}
