using ExitProf.Recording;

namespace ExitProf;

/// <summary>
/// One line on stderr that is written over; nothing at all in a pipe. It is written by the recorder's own thread, between blocks: a
/// display with a thread of its own would run beside the measurement.
/// </summary>
internal sealed class ProgressLine(CommandConsole console) : IProgress<RecordingProgress>
{
    private const int Cells = 30;
    private static readonly long Interval = TimeSpan.FromMilliseconds(200).Ticks;

    /// <summary>Reads all that was recorded so far: often enough to be watched.</summary>
    private static readonly long WatchInterval = TimeSpan.FromSeconds(1).Ticks;

    private readonly Pace pace = new();
    private long last;
    private long lastWatched;
    private string? watched;

    /// <summary>Says what the recording comes to so far; it stands in the place of what is being done.</summary>
    public Func<string?>? Watched { get; init; }

    public void Report(RecordingProgress value)
    {
        long now = DateTime.UtcNow.Ticks;
        if (!console.ShowsProgress || now - last < Interval) return;
        last = now;
        if (Watched != null && now - lastWatched >= WatchInterval) (watched, lastWatched) = (Watched(), now);
        int full = (int)Math.Round(value.Share * Cells);
        string bar = new string('#', full) + new string('.', Cells - full), after = pace.After(value.Share, value.Exits, "/s");
        console.Error.Write($"\r[{bar}] {value.Share,4:P0}  {watched ?? value.Doing}  {value.Exits:N0} exits{after}\e[K");
    }

    public void Clear()
    {
        if (console.ShowsProgress && last != 0) console.Error.Write("\r\e[K");
    }
}
