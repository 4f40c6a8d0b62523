using ExitProf.Linux;

namespace ExitProf.Hosts;

/// <summary>
/// What emulated hosts are made of, kept between runs. An entry is made in a temporary folder and moved into its place whole, under a lock,
/// so two processes never make the same one and nobody ever sees half of one.
/// </summary>
public sealed class HostCache
{
    private readonly HostLog log;

    /// <exception cref="HostException">The folder cannot be made or written.</exception>
    public HostCache(string root, HostLog log)
    {
        (Root, this.log) = (root, log);
        try
        {
            Directory.CreateDirectory(root);
            Workspace.RemoveAbandoned(Temporary);
            using FileStream trial = new(Path.Combine(root, $".trial-{Guid.NewGuid():N}"), FileMode.Create, FileAccess.Write,
                FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new HostException(
                $"The cache {root} cannot be written ({e.Message.TrimEnd('.')}): name another folder in XDG_CACHE_HOME.", e);
        }
    }

    public string Root { get; }

    /// <summary>Is told how much of what is being fetched has arrived; null if nobody looks.</summary>
    public IProgress<FetchProgress>? Fetching { get; init; }

    private string Temporary => Path.Combine(Root, "new");

    /// <summary>$XDG_CACHE_HOME/exitprof, or else ~/.cache/exitprof.</summary>
    public static string DefaultRoot()
    {
        string? named = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        // The base directory specification has relative paths ignored.
        return Path.IsPathRooted(named)
            ? Path.Combine(named, "exitprof")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
                ".cache", "exitprof");
    }

    public IReadOnlyList<CacheEntry> List() =>
        [.. Kinds().SelectMany(k => Directory.EnumerateDirectories(Path.Combine(Root, k)).Select(f => TryOpen(k, Path.GetFileName(f))))
            .OfType<CacheEntry>()
            .OrderBy(e => e.Kind, StringComparer.Ordinal).ThenBy(e => e.Key, StringComparer.Ordinal)];

    /// <returns>Null if there is none, or what is there is not whole.</returns>
    public CacheEntry? TryOpen(string kind, string key)
    {
        string folder = Place(kind, key);
        return CacheContents.Read(folder) is { } contents && contents.LengthsHold(folder)
            ? new CacheEntry(kind, key, folder, contents.About, contents.Files.Sum(f => f.Bytes), contents.MadeUtc)
            : null;
    }

    /// <summary>Reads every file of an entry again.</summary>
    public static bool Verify(CacheEntry entry) => CacheContents.Read(entry.Folder) is { } contents && contents.ChecksumsHold(entry.Folder);

    /// <param name="make">Fills the folder and says what it is; called by one process at a time.</param>
    public CacheEntry GetOrMake(string kind, string key, Func<string, string> make, CancellationToken cancelled)
    {
        if (TryOpen(kind, key) is { } there) return there;
        Directory.CreateDirectory(Path.Combine(Root, kind));
        using FileStream taken = FileLock.Take(Place(kind, key) + ".lock", () =>
            log($"another exitprof is making {kind} {key}; waiting for it"), cancelled);
        if (TryOpen(kind, key) is { } madeMeanwhile) return madeMeanwhile;
        return WithRoom(() => Make(kind, key, make));
    }

    /// <summary>Does what needs room on the disk of the cache, and names a full disk as the cause where there is none.</summary>
    /// <exception cref="HostException">The disk is full.</exception>
    internal T WithRoom<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        // A filter runs before the temporary folders are removed, which makes room again. Whoever runs out of room first says something
        // else: QEMU is ended by a signal, its migration "failed", a tool says what it likes. Where the disk cannot be asked the filter
        // fails, which is no, and the first failure stands; whoever cancels did not run out of room.
        catch (Exception e) when (e is not OperationCanceledException && (IsNoSpace(e) || IsFull()))
        {
            throw new HostException($"The disk of the cache {Root} is full (a kernel takes 0.1 GB, a kept machine 0.3 GB): make room, "
                + "forget what is in it (exitprof host forget), or name another folder in XDG_CACHE_HOME.", e);
        }
    }

    private static bool IsNoSpace(Exception e) =>
        e is IOException { HResult: Errno.ENOSPC or Errno.EDQUOT } || (e.InnerException is { } inner && IsNoSpace(inner));

    private bool IsFull()
    {
        // A write that is larger than what is left may fail with some left: less than this is none.
        const long Least = 1 << 20;
        return new DriveInfo(Root).AvailableFreeSpace < Least;
    }

    private CacheEntry Make(string kind, string key, Func<string, string> make)
    {
        using Workspace work = Workspace.Create(Temporary);
        CacheContents contents = CacheContents.Of(work.Path, make(work.Path));
        contents.Write(work.Path);
        string folder = Place(kind, key);
        // What stands in its place is not whole, or it would have been used.
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.Move(work.Path, folder);
        return TryOpen(kind, key) ?? throw new HostException($"The new entry {folder} of the cache is not as it was written: check the "
            + "disk.");
    }

    /// <returns>How many bytes that freed.</returns>
    public static long Forget(CacheEntry entry)
    {
        try
        {
            // Without its list it is half-made at once, whoever looks at it while it goes.
            File.Delete(entry.File(CacheContents.FileName));
            Directory.Delete(entry.Folder, recursive: true);
            return entry.Bytes;
        }
        catch (DirectoryNotFoundException)
        {
            // Another process was quicker.
            return 0;
        }
    }

    /// <summary>A temporary folder that goes with the process.</summary>
    internal Workspace NewWorkspace() => Workspace.Create(Temporary);

    private string Place(string kind, string key) => Path.Combine(Root, kind, key);

    private IEnumerable<string> Kinds() => Directory.EnumerateDirectories(Root).Select(d => Path.GetFileName(d)!)
        .Where(d => d is "kernel" or "qemu" or "bochs" or "machine" or "plugin" or "symbols");
}
