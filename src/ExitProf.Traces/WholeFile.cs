using System.Globalization;

namespace ExitProf.Traces;

/// <summary>
/// A file that others rely on: a report, a baseline, a calibration. It is written beside its place, brought to the disk, and moved there
/// when it is whole. Whatever interrupts that, an older file stays as it was.
/// </summary>
public static class WholeFile
{
    private const string Extension = ".new";

    /// <param name="path">A device or a pipe cannot be replaced and is written to.</param>
    /// <exception cref="IOException">The message names <paramref name="path"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">The file, or its folder, may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        if (!IsInPlace(path)) path = Target(path);
        if (IsInPlace(path))
        {
            using var inPlace = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            write(inPlace);
            return;
        }
        // A file that may not be written may not be replaced either, although its folder would allow it.
        bool existed = File.Exists(path);
        if (existed) new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0).Dispose();
        RemoveLeftovers(path);
        string beside = Beside(path);
        try
        {
            using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.Read))
            {
                if (existed && !OperatingSystem.IsWindows()) File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(path));
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e)
        {
            File.Delete(beside);
            if (ByName(e, beside, path) is { } named) throw named;
            throw;
        }
    }

    public static void WriteText(string path, Action<TextWriter> write) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        write(writer);
    });

    /// <summary>Finds out whether <see cref="Write"/> could begin; leaves nothing behind.</summary>
    /// <exception cref="IOException">It could not.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not.</exception>
    public static void Try(string path)
    {
        if (!IsInPlace(path)) path = Target(path);
        // Opening a pipe may wait for its reader, or end it.
        if (IsInPlace(path))
            return;
        if (File.Exists(path))
            new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0).Dispose();
        string beside = Beside(path);
        try
        {
            new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (ByName(e, beside, path) is not null)
        {
            throw ByName(e, beside, path)!;
        }
    }

    /// <summary>The same failure of the file by the name that its reader knows; null if it does not name the other one.</summary>
    private static Exception? ByName(Exception e, string beside, string path)
    {
        if (!e.Message.Contains(beside, StringComparison.Ordinal)) return null;
        string message = e.Message.Replace(beside, path, StringComparison.Ordinal);
        return e switch
        {
            DirectoryNotFoundException => new DirectoryNotFoundException(message, e),
            FileNotFoundException => new FileNotFoundException(message, e),
            UnauthorizedAccessException => new UnauthorizedAccessException(message, e.InnerException),
            IOException => new IOException(message, e.HResult),
            _ => null,
        };
    }

    /// <summary>The file that a link leads to: the link stays.</summary>
    private static string Target(string path)
    {
        string full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
    }

    /// <summary>
    /// Whether to write in place: what the kernel provides, and whatever has no length, which a device and a pipe have in common. In an
    /// empty file there is nothing to keep.
    /// </summary>
    private static bool IsInPlace(string path) =>
        (IsUnder("/dev/", path) || IsUnder("/proc/", path)) && File.Exists(path) || new FileInfo(path) is { Exists: true, Length: 0 };

    private static bool IsUnder(string folder, string path) => Path.GetFullPath(path).StartsWith(folder, StringComparison.Ordinal);

    /// <summary>Hidden, in the same folder, and no other process's.</summary>
    private static string Beside(string path) =>
        Path.Combine(
            Path.GetDirectoryName(path)!,
            string.Create(CultureInfo.InvariantCulture, $".{Short(Path.GetFileName(path))}.{Environment.ProcessId}{Extension}")
        );

    /// <summary>What a process left that was killed while it wrote the same file.</summary>
    private static void RemoveLeftovers(string path)
    {
        string begin = $".{Short(Path.GetFileName(path))}.";
        string folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder)) return;
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            string name = Path.GetFileName(file);
            if (
                !name.StartsWith(begin, StringComparison.Ordinal)
                || !name.EndsWith(Extension, StringComparison.Ordinal)
                || name.Length <= begin.Length + Extension.Length
            )
                continue;
            if (
                int.TryParse(name.AsSpan(begin.Length..^Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int process)
                && !Directory.Exists($"/proc/{process}")
            )
                File.Delete(file);
        }
    }

    /// <summary>A name may be as long as a name can be: there must be room for what comes around it.</summary>
    private static string Short(string name) => name.Length > 60 ? name[..60] : name;
}
