namespace ExitProf.Hosts;

/// <summary>
/// A lock between processes: .NET takes flock(2) on a file that is opened without sharing. The kernel drops it with the process.
/// </summary>
internal static class FileLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <returns>Null if another process, or another user of this one, has it.</returns>
    public static FileStream? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <param name="waiting">Called once if the lock is not free at once.</param>
    public static FileStream Take(string path, Action waiting, CancellationToken cancelled)
    {
        FileStream? taken = TryTake(path);
        if (taken == null) waiting();
        while (taken == null)
        {
            if (cancelled.WaitHandle.WaitOne(Pause)) cancelled.ThrowIfCancellationRequested();
            taken = TryTake(path);
        }
        return taken;
    }
}
