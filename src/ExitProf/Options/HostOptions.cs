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

    /// <summary>What a boot and a recording took.</summary>
    private const string BochsTime = "about two minutes of CPU time";

    /// <summary>Two cannot say which of them is the odd one.</summary>
    private const int BootsOfKernels = 3;

    private readonly Option<string> host = new("--host")
    {
        Description = "Where to run: local (/dev/kvm: cycles), svm (an emulated machine: instructions of a software CPU, exact and "
            + "repeatable, not time), vmx (the same on VMX, by a boot of minutes for each command), or auto, which is local where /dev/kvm "
            + "can be used and svm elsewhere.",
        DefaultValueFactory = _ => Auto,
    };

    private readonly Option<string?> kernel = new("--kernel")
    {
        Description = "The emulated host's kernel: debian:6.1, debian:trixie, debian:trixie/6.12, debian:6.1.0-57, running, a bzImage, "
            + "a built tree or a "
            + ".deb. Implies --host svm, or goes with --host vmx.",
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

    private readonly Option<bool> functions = new("--functions")
    {
        Description = "Count an exit by kernel function and by stage: its instructions, in an emulated host (needs a C compiler once); with "
            + "--host local the calls of KVM's functions, by the kernel's function_graph (needs root).",
    };
    private readonly Option<int?> boots = NumberOption.Create<int>(
        "--boots",
        $"In emulated hosts: compare this many boots a side, varied in addresses, seed and memory ({BootsOfKernels} for two kernels, else 1). "
            + "What they differ by is no difference.",
        1, BootVariation.Most, $"a whole number from 1 to {BootVariation.Most}");

    private readonly bool many;
    private readonly HostSideOptions? first;
    private readonly HostSideOptions? second;

    /// <param name="sides">Whether the command has two sides that may have kernels of their own.</param>
    /// <param name="records">Whether it records exits, whose functions may be asked for.</param>
    /// <param name="many">Whether it makes many recordings, and says itself what they take.</param>
    public HostOptions(Command command, bool sides = false, bool records = false, bool many = false)
    {
        this.many = many;
        host.AcceptOnlyFromAmong(Auto, Local, Svm, Vmx);
        Kernels.AddRange([kernel, modules, modulesOver, insmod]);
        if (sides)
        {
            (first, second) = (new HostSideOptions("a"), new HostSideOptions("b"));
            Kernels.AddRange([.. first.All, .. second.All]);
            Kernels.Add(boots);
        }
        if (records) Kernels.Add(functions);
        foreach (Option option in (Option[])[host, .. Kernels, noDownload]) command.Options.Add(option);
        // A comparison of two sides takes turns, which the tracer would slow down.
        Option[] elsewhere = [.. Kernels.Where(o => o != functions || sides)];
        command.Validators.Add(r =>
        {
            if (r.GetValue(host) == Local && elsewhere.FirstOrDefault(o => r.GetResult(o) is { Implicit: false }) is { } given)
            {
                r.AddError($"{given.Name} is for an emulated host: leave out --host {Local}.");
            }
            if (r.GetValue(host) != Vmx) return;
            // Both need a machine that can be restored, and the plugin is QEMU's.
            if (records && r.GetValue(functions)) r.AddError($"--functions needs QEMU: use --host {Svm}.");
            if (sides && r.GetValue(boots) is > 1) r.AddError($"--boots needs machines that are kept: use --host {Svm}.");
        });
    }

    /// <summary>
    /// Options that need an emulated host: without <c>--host</c> they choose one, and with <c>--host local</c> they are refused, but for
    /// functions of a recording.
    /// </summary>
    private List<Option> Kernels { get; } = [];

    /// <summary>
    /// The emulated host that the command is to run in; null for this machine. Which one was chosen, and what that means, is said in one
    /// line.
    /// </summary>
    /// <exception cref="HostException">There is no such host here.</exception>
    public EmulatedHost? Choose(ParseResult parsed, CancellationToken cancelled) => Choose(parsed, null, cancelled);

    /// <param name="trouble">Why this machine's KVM, which can be used, cannot do what is asked for; null if it can.</param>
    /// <inheritdoc cref="Choose(ParseResult, CancellationToken)"/>
    public EmulatedHost? Choose(ParseResult parsed, string? trouble, CancellationToken cancelled) =>
        SaysEmulated(parsed, trouble) ? Create(parsed, cancelled) : null;

    /// <summary>The emulated host that was asked for by name or by a kernel; null if none was, whatever this machine has.</summary>
    /// <inheritdoc cref="Choose(ParseResult, CancellationToken)"/>
    public EmulatedHost? ChooseNamed(ParseResult parsed, CancellationToken cancelled) =>
        IsNamed(parsed) ? Choose(parsed, cancelled) : null;

    /// <summary>The kernels of a suite that is made on several: "debian:6.1,debian:6.12". Empty for one or none.</summary>
    public IReadOnlyList<string> SeveralKernels(ParseResult parsed) =>
        parsed.GetValue(kernel)?.Split(',', StringSplitOptions.RemoveEmptyEntries) is { Length: > 1 } several ? several : [];

    /// <summary>The emulated host of one of several kernels.</summary>
    public EmulatedHost CreateFor(ParseResult parsed, string named, CancellationToken cancelled)
    {
        HostLog log = Log(parsed);
        return EmulatedHost.Create(
            Cache(parsed), Request(parsed, KernelChoice.Parse(named)), log, cancelled);
    }

    /// <summary>What an emulated host's CPU is to offer.</summary>
    public Virtualization Offered(ParseResult parsed) => IsVmx(parsed) ? Virtualization.Vmx : Virtualization.Svm;

    private bool IsVmx(ParseResult parsed) => parsed.GetValue(host) == Vmx;

    private bool IsNamed(ParseResult parsed) => parsed.GetValue(host) is Svm or Vmx || IsImplied(parsed);

    private bool IsImplied(ParseResult parsed) => Kernels.Any(o => parsed.GetResult(o) is { Implicit: false });

    /// <summary>The boots of both sides, the same ones for both if they have the same kernel; null for this machine.</summary>
    /// <inheritdoc cref="Choose(ParseResult, CancellationToken)"/>
    public (IReadOnlyList<EmulatedHost> First, IReadOnlyList<EmulatedHost> Second)? ChooseSides(
        ParseResult parsed, CancellationToken cancelled)
    {
        if (!SaysEmulated(parsed)) return null;
        HostRequest common = Request(parsed), a = first!.Over(common, parsed), b = second!.Over(common, parsed);
        HostLog log = Log(parsed);
        HostCache cache = Cache(parsed);
        bool differ = HostSideOptions.AreGiven(parsed, first, second);
        int count = parsed.GetValue(boots) ?? (differ && !IsVmx(parsed) ? BootsOfKernels : 1);
        IReadOnlyList<EmulatedHost> theBase = Boots(a);
        return (theBase, differ ? Boots(b) : theBase);

        IReadOnlyList<EmulatedHost> Boots(HostRequest request) =>
            [.. Enumerable.Range(0, count).Select(n => request with { Boot = new BootVariation(n) })
                .Select(r => EmulatedHost.Create(cache, r, log, cancelled))];
    }

    /// <summary>True if functions were asked for: instructions of an emulated host, or calls on this machine.</summary>
    public bool Functions(ParseResult parsed) => parsed.GetResult(functions) != null && parsed.GetValue(functions);

    /// <summary>True if one side has options of its own.</summary>
    public bool SidesDiffer(ParseResult parsed) => first != null && HostSideOptions.AreGiven(parsed, first, second!);

    /// <summary>Whether the command is to run in an emulated host; says nothing, and makes none.</summary>
    /// <inheritdoc cref="Choose(ParseResult, string, CancellationToken)"/>
    public bool IsEmulated(ParseResult parsed, string? trouble = null)
    {
        string wanted = parsed.GetValue(host)!;
        return wanted != Local && (wanted != Auto || IsImplied(parsed) || trouble != null || !LocalKvm.IsUsable);
    }

    private bool SaysEmulated(ParseResult parsed, string? trouble = null)
    {
        if (!IsEmulated(parsed, trouble)) return false;
        string why = parsed.GetValue(host) == Auto && !IsImplied(parsed)
            ? $"{LocalKvm.Trouble ?? trouble}: running in an emulated host (--host svm)"
            : IsVmx(parsed) ? $"running in an emulated host, which Bochs boots whole for this command{(many ? "" : $" ({BochsTime})")}"
            : "running in an emulated host";
        parsed.InvocationConfiguration.Error.WriteLine($"exitprof: {why}: {EmulatedHost.Label}");
        return true;
    }

    /// <summary>The emulated host that the options name, whatever this machine has.</summary>
    public EmulatedHost Create(ParseResult parsed, CancellationToken cancelled)
    {
        HostLog log = Log(parsed);
        return EmulatedHost.Create(Cache(parsed), Request(parsed), log, cancelled);
    }

    private static HostCache Cache(ParseResult parsed) =>
        new(HostCache.DefaultRoot(), Log(parsed)) { Fetching = new FetchLine(CommandConsole.Of(parsed)) };

    private HostRequest Request(ParseResult parsed) =>
        Request(parsed, parsed.GetValue(kernel) is { } named ? KernelChoice.Parse(named) : KernelChoice.Default);

    private HostRequest Request(ParseResult parsed, KernelChoice choice) => new(
        choice,
        parsed.GetValue(modules),
        parsed.GetValue(modulesOver),
        [.. (parsed.GetValue(insmod) ?? []).Select(ExtraModule.Parse)],
        !parsed.GetValue(noDownload))
    {
        Virtualization = Offered(parsed),
    };

    public static HostLog Log(ParseResult parsed) => sentence => parsed.InvocationConfiguration.Error.WriteLine("exitprof: " + sentence);
}
