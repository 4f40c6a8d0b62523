using System.CommandLine;
using ExitProf.Hosts;

namespace ExitProf;

/// <summary>
/// The kernel of one side of a comparison: <c>--a-kernel</c> and its companions. What is not given is that of both sides.
/// </summary>
internal sealed class HostSideOptions(string side)
{
    private readonly Option<string?> kernel =
        new($"--{side}-kernel") { Description = $"The kernel of side {side.ToUpperInvariant()}.", HelpName = "kernel" };
    private readonly Option<string?> modules = new($"--{side}-modules") { Description = "The folder of its modules.", HelpName = "folder" };
    private readonly Option<string?> modulesOver =
        new($"--{side}-modules-over") { Description = "Modules that replace its own.", HelpName = "folder" };
    private readonly Option<string[]> insmod =
        new($"--{side}-insmod") { Description = "A module to load after KVM.", HelpName = "FILE.ko[,parameter=value]" };

    public IReadOnlyList<Option> All => [kernel, modules, modulesOver, insmod];

    public static bool AreGiven(ParseResult parsed, HostSideOptions first, HostSideOptions second) =>
        first.All.Concat(second.All).Any(o => parsed.GetResult(o) is { Implicit: false });

    /// <param name="common">What both sides have.</param>
    public HostRequest Over(HostRequest common, ParseResult parsed) => common with
    {
        Kernel = parsed.GetValue(kernel) is { } named ? KernelChoice.Parse(named) : common.Kernel,
        Modules = parsed.GetValue(modules) ?? common.Modules,
        ModulesOver = parsed.GetValue(modulesOver) ?? common.ModulesOver,
        Extra = [.. common.Extra, .. (parsed.GetValue(insmod) ?? []).Select(ExtraModule.Parse)],
    };
}
