using System.CommandLine;
using ExitProf.Hosts;

namespace ExitProf;

/// <summary>The options that say where a command runs: on this machine's KVM, or in an emulated host, and with which kernel.</summary>
internal sealed class HostOptions
{
    private const string Auto = "auto";
    private const string Local = "local";
    private const string Svm = "svm";
    private const string Vmx = "vmx";

    private readonly Option<string> host = new("--host")
    {
        Description = "Where to run: local (/dev/kvm: cycles), svm (an emulated machine: instructions of a software CPU, exact and "
            + "repeatable, not time), "
            + "or auto, which is local where /dev/kvm can be used and svm elsewhere.",
        DefaultValueFactory = _ => Auto,
    };

    private readonly Option<string?> kernel = new("--kernel")
    {
        Description = "The emulated host's kernel: debian:6.1, debian:trixie, debian:trixie/6.12, debian:6.1.0-57, running, a bzImage, "
            + "a built tree or a "
            + ".deb. Implies --host svm.",
        HelpName = "kernel",
    };

    private readonly Option<string?> modules = new("--modules")
    {
        Description = "The folder of that kernel's modules.",
        HelpName = "folder",
    };

    private readonly Option<string?> modulesOver = new("--modules-over")
    {
        Description = "A folder of modules that replace the kernel's of the same name: a kvm.ko that was built again.",
        HelpName = "folder",
    };

    private readonly Option<string[]> insmod = new("--insmod")
    {
        Description = "A module to load after KVM, with its parameters. May be repeated.",
        HelpName = "FILE.ko[,parameter=value]",
    };

    private readonly Option<bool> noDownload =
        new("--no-download") { Description = "Refuse to fetch QEMU or a kernel that is not here yet." };

    public HostOptions(Command command)
    {
        host.AcceptOnlyFromAmong(Auto, Local, Svm, Vmx);
        foreach (Option option in (Option[])[host, .. Kernels, noDownload]) command.Options.Add(option);
        command.Validators.Add(r =>
        {
            if (r.GetValue(host) == Local && Kernels.FirstOrDefault(o => r.GetResult(o) is { Implicit: false }) is { } given)
            {
                r.AddError($"{given.Name} is for an emulated host: leave out --host {Local}.");
            }
        });
    }

    private Option[] Kernels => [kernel, modules, modulesOver, insmod];

    /// <summary>
    /// The emulated host that the command is to run in; null for this machine. Which one was chosen, and what that means, is said in one
    /// line.
    /// </summary>
    /// <exception cref="HostException">There is no such host here.</exception>
    public EmulatedHost? Choose(ParseResult parsed, CancellationToken cancelled)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        bool implied = Kernels.Any(o => parsed.GetResult(o) is { Implicit: false });
        string wanted = parsed.GetValue(host)!;
        if (wanted == Vmx) throw new HostException("--host vmx is not offered yet: use --host svm.");
        if (wanted == Local || (wanted == Auto && !implied && LocalKvm.IsUsable)) return null;
        string why = wanted == Auto && !implied ? $"{LocalKvm.Trouble}: running in an emulated host (--host svm)"
            : "running in an emulated host";
        error.WriteLine($"exitprof: {why}: {EmulatedHost.Label}");
        return Create(parsed, cancelled);
    }

    /// <summary>The emulated host that the options name, whatever this machine has.</summary>
    public EmulatedHost Create(ParseResult parsed, CancellationToken cancelled)
    {
        var request = new HostRequest(
            parsed.GetValue(kernel) is { } named ? KernelChoice.Parse(named) : KernelChoice.Default,
            parsed.GetValue(modules),
            parsed.GetValue(modulesOver),
            [.. (parsed.GetValue(insmod) ?? []).Select(ExtraModule.Parse)],
            !parsed.GetValue(noDownload));
        HostLog log = Log(parsed);
        return new EmulatedHost(new HostCache(HostCache.DefaultRoot(), log), request, log, cancelled);
    }

    public static HostLog Log(ParseResult parsed) => sentence => parsed.InvocationConfiguration.Error.WriteLine("exitprof: " + sentence);
}
