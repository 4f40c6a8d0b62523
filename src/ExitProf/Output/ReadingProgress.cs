namespace ExitProf;

/// <summary>
/// One line on stderr that is written over while traces are read, from the first second on; nothing in a pipe. Several threads may report.
/// </summary>
/// <param name="length">Bytes of all that is to be read.</param>
internal sealed class ReadingProgress(CommandConsole console, long length) : IProgress<long>, IDisposable
{
    private static readonly long Interval = TimeSpan.FromMilliseconds(200).Ticks;

    private readonly Lock written = new();
    private readonly Pace pace = new();
    private readonly long began = DateTime.UtcNow.Ticks;
    private long read;
    private long last;

    /// <param name="times">How often each is read.</param>
    public static ReadingProgress Of(CommandConsole console, IEnumerable<FileInfo> files, int times = 1) =>
        new(console, times * files.Where(f => f.Exists).Sum(f => f.Length));

    public void Report(long value)
    {
        if (!console.ShowsProgress) return;
        lock (written)
        {
            read += value;
            long now = DateTime.UtcNow.Ticks;
            double share = length > 0 ? Math.Min(1, read / (double)length) : double.NaN;
            // Asked from the first block on: it begins to count when it is first asked.
            string after = pace.After(share, read / 1e6, " MB/s");
            if (now - began < TimeSpan.TicksPerSecond || now - last < Interval) return;
            last = now;
            console.Error.Write($"\rreading  {share,4:P0}{after}\e[K");
        }
    }

    /// <summary>Leaves an empty line for what is printed next.</summary>
    public void Dispose()
    {
        if (console.ShowsProgress && last != 0) console.Error.Write("\r\e[K");
    }
}
