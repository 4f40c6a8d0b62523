namespace ExitProf;

/// <summary>
/// One line on stderr that is written over while a recording is read; nothing in a pipe. Ctrl-C ends the reading here: what was read is
/// kept.
/// </summary>
/// <param name="length">Bytes of the file; 0 if nobody knows.</param>
internal sealed class ImportProgress(CommandConsole console, long length, CancellationToken cancelled) : IProgress<long>
{
    private const int Cells = 30;
    private static readonly long Interval = TimeSpan.FromMilliseconds(200).Ticks;

    private readonly Pace pace = new();
    private long last;

    /// <exception cref="OperationCanceledException">The user has interrupted it.</exception>
    public void Report(long value)
    {
        cancelled.ThrowIfCancellationRequested();
        long now = DateTime.UtcNow.Ticks;
        if (!console.ShowsProgress || now - last < Interval) return;
        last = now;
        if (length <= 0)
        {
            console.Error.Write($"\r{value / 1e6:N0} MB read{pace.After(double.NaN, value / 1e6, " MB/s")}\e[K");
            return;
        }
        double share = Math.Min(1, value / (double)length);
        int full = (int)Math.Round(share * Cells);
        string bar = new string('#', full) + new string('.', Cells - full), after = pace.After(share, value / 1e6, " MB/s");
        console.Error.Write($"\r[{bar}] {share,4:P0}  {value / 1e6:N0} MB{after}\e[K");
    }

    public void Clear()
    {
        if (console.ShowsProgress && last != 0) console.Error.Write("\r\e[K");
    }
}
