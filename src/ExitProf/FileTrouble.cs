using System.Runtime.InteropServices;
using ExitProf.Vmm;

namespace ExitProf;

/// <summary>Says of a file operation that failed: the call, the errno's name, the remedy.</summary>
internal static class FileTrouble
{
    private const int EIO = 5;
    private const int ENOTDIR = 20;
    private const int EISDIR = 21;
    private const int EFBIG = 27;
    private const int ENOSPC = 28;
    private const int EROFS = 30;
    private const int EDQUOT = 122;

    public static string Explain(Exception e)
    {
        string path = Path(e.Message);
        int errno = Errno(e, path);
        if (errno == 0) return e.Message;
        bool written = errno is EIO or EFBIG or ENOSPC or EDQUOT;
        string remedy = errno switch
        {
            ErrnoNames.ENOENT => "check the name, or choose another place with -o",
            ErrnoNames.EACCES or ErrnoNames.EPERM or EROFS => "choose another place with -o, or run as its owner",
            ENOSPC or EDQUOT => "free some space, or choose another place with -o; what was recorded before is kept and readable",
            EISDIR => "it is a folder where a file is needed",
            ENOTDIR => "a part of the path is a file, not a folder",
            ErrnoNames.EEXIST => "it is a file where a folder is needed",
            _ => "",
        };
        return $"{(written ? "write" : "open")}{(path.Length > 0 ? $"({path})" : "")} failed with {ErrnoNames.Name(errno)} ({Marshal.GetPInvokeErrorMessage(errno)}){(remedy.Length > 0 ? ": " + remedy : "")}.";
    }

    // .NET keeps the errno as the HResult of an IOException. Exceptions with a type of their own have a Win32 code there, and sometimes
    // the errno in an inner exception; what is at the path tells the rest.
    private static int Errno(Exception e, string path) => e switch
    {
        UnauthorizedAccessException when Directory.Exists(path) && IsOpened(e) => EISDIR,
        UnauthorizedAccessException => e.InnerException is { HResult: > 0 and < 4096 and var inner } ? inner : ErrnoNames.EACCES,
        DirectoryNotFoundException when Above(path).Any(File.Exists) => ENOTDIR,
        FileNotFoundException or DirectoryNotFoundException => ErrnoNames.ENOENT,
        _ => e.HResult is > 0 and < 4096 ? e.HResult : 0,
    };

    /// <summary>Opening a folder as a file is refused like one that may not be read; making something in it names that, not the folder.</summary>
    private static bool IsOpened(Exception e) => e.InnerException is null or { HResult: ErrnoNames.EACCES or EISDIR };

    private static IEnumerable<string> Above(string path)
    {
        for (string? above = System.IO.Path.GetDirectoryName(path); !string.IsNullOrEmpty(above); above = System.IO.Path.GetDirectoryName(above)) yield return above;
    }

    /// <summary>The path that the message quotes.</summary>
    private static string Path(string message)
    {
        int first = message.IndexOf('\'', StringComparison.Ordinal), last = message.LastIndexOf('\'');
        return last > first ? message[(first + 1)..last] : "";
    }
}
