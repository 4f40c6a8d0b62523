namespace ExitProf.Hosts;

/// <summary>
/// Says how far another program's download is, by the sizes of the files that it writes: apt itself shows its progress on a terminal only.
/// </summary>
internal sealed class FetchWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly string folder;
    private readonly double total;
    private readonly double before;
    private readonly IProgress<FetchProgress> progress;
    private readonly Lock reporting = new();
    private readonly Timer timer;
    private bool ended;

    /// <param name="folder">Where the files appear; what is there already is not counted.</param>
    /// <param name="total">Bytes in all; NaN if that is not known.</param>
    private FetchWatch(string folder, double total, IProgress<FetchProgress> progress)
    {
        (this.folder, this.total, this.progress) = (folder, total, progress);
        before = Bytes();
        timer = new Timer(_ => Report(last: false), null, TimeSpan.Zero, Interval);
    }

    /// <returns>Null if nothing is to be told.</returns>
    public static FetchWatch? Start(string folder, double total, IProgress<FetchProgress>? progress) =>
        progress == null ? null : new FetchWatch(folder, total, progress);

    public void Dispose()
    {
        timer.Dispose();
        Report(last: true);
    }

    private void Report(bool last)
    {
        lock (reporting)
        {
            if (ended) return;
            ended = last;
            progress.Report(new FetchProgress(Math.Max(0, Bytes() - before), total, last));
        }
    }

    /// <summary>A file may be renamed or removed while they are counted.</summary>
    private double Bytes()
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Exists ? f.Length : 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return before;
        }
    }
}
