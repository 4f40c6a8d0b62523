using System.Text.RegularExpressions;

namespace ExitProf.Hosts;

/// <summary>The libraries that programs are linked against, found by the machine's own loader.</summary>
internal static partial class SharedLibraries
{
    /// <returns>Paths as the loader will look for them.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> programs, CancellationToken cancelled)
    {
        string ldd = ToolRun.Find("ldd") ?? throw new HostException("There is no ldd here to find .NET's libraries with: install it "
            + "(Debian: libc-bin).");
        string output = ToolRun.Run(ldd, programs, "/", reason => $"ldd failed: {reason}; check the .NET installation.", cancelled);
        IEnumerable<string> paths = LibraryLine().Matches(output).Select(m => m.Groups["path"].Value);
        return [.. paths.Distinct().Order(StringComparer.Ordinal)];
    }

    // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)" and "/lib64/ld-linux-x86-64.so.2 (0x…)". A missing one ("not found") .NET does
    // without here too.
    [GeneratedRegex(@"^\s+(?:\S+ => )?(?<path>/\S+) \(0x", RegexOptions.Multiline)]
    private static partial Regex LibraryLine();
}
