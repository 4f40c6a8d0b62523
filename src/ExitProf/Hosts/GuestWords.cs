using System.Collections.Immutable;
using ExitProf.Hosts;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>What the command outside and the one inside an emulated host call the same things.</summary>
internal static class GuestWords
{
    /// <summary>"NAME=VALUE": what only the outer machine knows of this host.</summary>
    public const string FactOption = "--fact";

    /// <summary>The trace of a recording, among the results.</summary>
    public const string TraceName = "trace.nettrace";

    /// <summary>The command that hands back <see cref="SymbolsName"/>.</summary>
    public const string SymbolsCommand = "symbols";

    /// <summary>/proc/kallsyms, as the guest's root sees it.</summary>
    public const string SymbolsName = "kallsyms";

    /// <summary>The trace in the results of a recording; null if there is none.</summary>
    public static byte[]? Trace(HostResult result) => result.Files.GetValueOrDefault(TraceName);

    /// <summary>Facts as <see cref="FactOption"/> has them.</summary>
    public static ImmutableArray<Fact> Facts(string[]? given) =>
        [.. (given ?? []).Select(f => f.Split('=', 2)).Select(f => new Fact(f[0], f[^1]))];
}
