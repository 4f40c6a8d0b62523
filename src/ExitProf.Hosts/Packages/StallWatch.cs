using System.Diagnostics;
using System.Globalization;

namespace ExitProf.Hosts;

/// <summary>
/// Ends another program's download that does not get on: apt waits for ever on a disk that is full, and for a server longer than anybody.
/// </summary>
internal sealed class StallWatch : IDisposable
{
    /// <summary>apt reads the lists that it fetched without writing anything, on a busy machine for a minute.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(5), OnFullDisk = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Less than this has no room for a list.</summary>
    private const long FullBytes = 1 << 20;

    private readonly string folder;
    private readonly TimeSpan patience;
    private readonly CancellationTokenSource source;
    private readonly Timer timer;
    private readonly Lock looking = new();
    private long seen = -1;
    private long seenAt = Stopwatch.GetTimestamp();

    /// <param name="folder">What the program writes to.</param>
    /// <param name="patience">How long nothing may arrive; null for what is usual.</param>
    public StallWatch(string folder, TimeSpan? patience, CancellationToken cancelled)
    {
        (this.folder, this.patience) = (folder, patience ?? Usual);
        source = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        timer = new Timer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>Is cancelled when the program is to be ended.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Why it was ended; null if it was not for this.</summary>
    public string? Reason { get; private set; }

    public void Dispose()
    {
        timer.Dispose();
        lock (looking) source.Dispose();
    }

    private void Look()
    {
        lock (looking)
        {
            try
            {
                long bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Exists ? f.Length : 0);
                if (bytes != seen) (seen, seenAt) = (bytes, Stopwatch.GetTimestamp());
                bool full = new DriveInfo(folder).AvailableFreeSpace < FullBytes;
                TimeSpan waited = Stopwatch.GetElapsedTime(seenAt), most = full && OnFullDisk < patience ? OnFullDisk : patience;
                if (waited < most) return;
                Reason ??= string.Create(CultureInfo.InvariantCulture, $"nothing has arrived for {waited.TotalSeconds:0} s");
                source.Cancel();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                // A file is renamed or removed while they are counted: the next look counts again.
            }
        }
    }
}
