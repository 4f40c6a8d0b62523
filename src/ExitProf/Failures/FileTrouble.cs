using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using ExitProf.Linux;

namespace ExitProf;

/// <summary>Says of a file operation that failed: the call, the errno's name, the remedy.</summary>
internal static class FileTrouble
{
    private static readonly string[] Outputs = ["--output", "--report"];

    /// <param name="parsed">The command under way: what it was given says whether the file was to be read or written.</param>
    public static string Explain(Exception e, ParseResult parsed)
    {
        string path = PathOf(e.Message);
        int errno = ErrnoOf(e, path);
        if (errno == 0) return e.Message;
        bool written = errno is Errno.EIO or Errno.EFBIG or Errno.ENOSPC or Errno.EDQUOT;
        string? option = OutputOption(path, parsed);
        string elsewhere = $"choose another place with {option ?? "-o"}";
        string remedy = errno switch
        {
            Errno.ENOENT => option == null ? "check the name" : $"check the name, or {elsewhere}",
            Errno.EACCES or Errno.EPERM or Errno.EROFS => $"{(option == null ? "check the name" : elsewhere)}, or run as its owner",
            // Stdout has no name.
            Errno.ENOSPC or Errno.EDQUOT when path.Length == 0 => "free some space where the output goes",
            Errno.ENOSPC or Errno.EDQUOT => $"free some space, or {elsewhere}; what was recorded before is kept and readable",
            Errno.EMFILE => Errno.TooManyFilesRemedy,
            Errno.EISDIR => "it is a folder where a file is needed",
            Errno.ENOTDIR => "a part of the path is a file, not a folder",
            Errno.EEXIST => "it is a file where a folder is needed",
            _ => "",
        };
        string call = (written ? "write" : "open") + (path.Length > 0 ? $"({path})" : ""), then = remedy.Length > 0 ? ": " + remedy : "";
        return $"{call} failed with {Errno.Name(errno)} ({Marshal.GetPInvokeErrorMessage(errno)}){then}.";
    }

    /// <summary>The option that names another place for a file; null of one that is read.</summary>
    private static string? OutputOption(string path, ParseResult parsed)
    {
        Option[] outputs = [.. parsed.CommandResult.Command.Options.Where(o => Outputs.Contains(o.Name))];
        string[] inputs =
        [
            .. parsed.CommandResult.Children.Where(c => c is not OptionResult o || !outputs.Contains(o.Option)).SelectMany(Places),
        ];
        string full = path.Length > 0 ? Path.GetFullPath(path) : "";
        if (inputs.Contains(full)) return null;
        // What cannot be written may be a folder above the place that was given, or a file in it.
        Option? written = outputs.FirstOrDefault(o =>
            parsed.GetResult(o) is { } given && Places(given).Any(p => IsAt(full, p) || IsAt(p, full))
        );
        if (written == null && !inputs.Any(i => IsAt(full, i)))
            written = outputs.FirstOrDefault();
        return written?.Aliases.FirstOrDefault() ?? written?.Name;
    }

    /// <summary>What a part of the command line would be as a path.</summary>
    private static IEnumerable<string> Places(SymbolResult part) =>
        part.Tokens.Where(t => t.Value.Length > 0).Select(t => Path.GetFullPath(t.Value));

    private static bool IsAt(string path, string place) =>
        path == place || path.StartsWith(Path.TrimEndingDirectorySeparator(place) + '/', StringComparison.Ordinal);

    // .NET keeps the errno as the HResult of an IOException. Exceptions with a type of their own have a Win32 code there, and sometimes
    // the errno in an inner exception; what is at the path tells the rest.
    private static int ErrnoOf(Exception e, string path) => e switch
    {
        UnauthorizedAccessException when Directory.Exists(path) && IsOpened(e) => Errno.EISDIR,
        UnauthorizedAccessException => e.InnerException is { HResult: > 0 and < 4096 and var inner } ? inner : Errno.EACCES,
        DirectoryNotFoundException when Above(path).Any(File.Exists) => Errno.ENOTDIR,
        FileNotFoundException or DirectoryNotFoundException => Errno.ENOENT,
        _ => e.HResult is > 0 and < 4096 ? e.HResult : 0,
    };

    /// <summary>
    /// Opening a folder as a file is refused like one that may not be read; making something in it names that, not the folder.
    /// </summary>
    private static bool IsOpened(Exception e) => e.InnerException is null or { HResult: Errno.EACCES or Errno.EISDIR };

    private static IEnumerable<string> Above(string path)
    {
        for (string? above = Path.GetDirectoryName(path); !string.IsNullOrEmpty(above); above = Path.GetDirectoryName(above))
            yield return above;
    }

    /// <summary>The path that the message quotes.</summary>
    private static string PathOf(string message)
    {
        int first = message.IndexOf('\'', StringComparison.Ordinal), last = message.LastIndexOf('\'');
        return last > first ? message[(first + 1)..last] : "";
    }
}
