namespace ExitProf.Hosts;

/// <summary>
/// A temporary folder under the cache. An open, locked file beside it says that its process lives: the kernel drops the lock even after
/// kill -9, so the next run knows which folders nobody needs any more.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private const string LockSuffix = ".lock";
    private readonly FileStream held;

    private Workspace(string path, FileStream held) => (Path, this.held) = (path, held);

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <param name="parent">The folder of all workspaces; left-over ones in it are removed first.</param>
    public static Workspace Create(string parent)
    {
        Directory.CreateDirectory(parent);
        RemoveAbandoned(parent);
        while (true)
        {
            string path = System.IO.Path.Combine(parent, $"{Environment.ProcessId}-{Guid.NewGuid():N}");
            // The lock comes first: a folder without a locked file would look abandoned. Between making the file and locking it another
            // process may take it for an abandoned one; then the next name is tried.
            if (FileLock.TryTake(path + LockSuffix) is not { } held) continue;
            Directory.CreateDirectory(path);
            return new Workspace(path, held);
        }
    }

    /// <summary>Removes what processes left that no longer exist.</summary>
    public static void RemoveAbandoned(string parent)
    {
        if (!Directory.Exists(parent)) return;
        foreach (string file in Directory.GetFiles(parent, "*" + LockSuffix))
        {
            using FileStream? taken = FileLock.TryTake(file);
            if (taken == null) continue;
            string folder = file[..^LockSuffix.Length];
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            System.IO.File.Delete(file);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
        System.IO.File.Delete(Path + LockSuffix);
        held.Dispose();
    }
}
