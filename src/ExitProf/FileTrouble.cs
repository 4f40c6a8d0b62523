using System.Runtime.InteropServices;
using ExitProf.Vmm;

namespace ExitProf;

/// <summary>Says of a file operation that failed: the call, the errno's name, the remedy.</summary>
internal static class FileTrouble
{
    private const int ENOSPC = 28;
    private const int EROFS = 30;
    private const int EDQUOT = 122;

    public static string Explain(Exception e)
    {
        int errno = Errno(e);
        string call = e is FileNotFoundException or DirectoryNotFoundException ? "open" : "file access";
        string path = Path(e.Message);
        string remedy = errno switch
        {
            ErrnoNames.ENOENT => "check the name",
            ErrnoNames.EACCES or ErrnoNames.EPERM or EROFS => "choose a place that you may write to with -o, or run as its owner",
            ENOSPC or EDQUOT => "free some space, or choose another place with -o; what was recorded before is kept and readable",
            ErrnoNames.EEXIST or 20 or 21 => "choose another name with -o",
            _ => "",
        };
        if (errno == 0) return e.Message;
        return $"{call}{(path.Length > 0 ? $"({path})" : "")} failed with {ErrnoNames.Name(errno)} ({Marshal.GetPInvokeErrorMessage(errno)}){(remedy.Length > 0 ? ": " + remedy : "")}.";
    }

    // .NET keeps the errno itself as the HResult of an IOException, and a Win32 code for the exceptions with a type of their own.
    private static int Errno(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => ErrnoNames.ENOENT,
        UnauthorizedAccessException => ErrnoNames.EACCES,
        _ => e.HResult is > 0 and < 4096 ? e.HResult : 0,
    };

    /// <summary>The path that the message quotes.</summary>
    private static string Path(string message)
    {
        int first = message.IndexOf('\'', StringComparison.Ordinal), last = message.LastIndexOf('\'');
        return last > first ? message[(first + 1)..last] : "";
    }
}
