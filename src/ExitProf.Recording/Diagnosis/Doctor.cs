using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>Finds out what this host can measure, mostly by trying it.</summary>
public static class Doctor
{
    public static IReadOnlyList<HostCheck> Examine()
    {
        var checks = new List<HostCheck>();
        bool kvm = AddKvm(checks);
        checks.Add(Clock());
        checks.Add(Tracing());
        if (kvm) StageTrial.Add(checks);
        checks.Add(Probes());
        checks.Add(Functions());
        checks.Add(LockedMemory());
        checks.Add(Cpus());
        return checks;
    }

    private static bool AddKvm(List<HostCheck> checks)
    {
        try
        {
            using var kvm = new Kvm();
            checks.Add(new HostCheck("kvm", CheckState.Ok, $"{Kvm.DefaultPath} opens, API version {Kvm.ApiVersion}.", ""));
            checks.Add(Backend());
            checks.Add(Modes(kvm));
            return true;
        }
        catch (KvmUnavailableException e)
        {
            checks.Add(new HostCheck("kvm", CheckState.Missing, e.Message, "Recorded traces can still be reported."));
            return false;
        }
    }

    private static HostCheck Backend()
    {
        Backend backend = KvmBackend.Detect();
        string[] telling =
        [
            "kvm_intel.ept",
            "kvm_intel.enable_apicv",
            "kvm_intel.nested",
            "kvm_intel.vpid",
            "kvm_amd.npt",
            "kvm_amd.avic",
            "kvm_amd.nrips",
            "kvm_amd.nested",
            "kvm_pvm.pvm_native",
        ];
        string parameters = string.Join(
            ", ",
            KvmBackend.Parameters().Where(p => telling.Contains(p.Name)).Select(p => $"{p.Name}={p.Value}")
        );
        string above = HostFacts.Hypervisor() is { } name ? $" This host is itself a guest of {name}." : "";
        return backend == Traces.Backend.Unknown
            ? new HostCheck(
                "back-end",
                CheckState.Limited,
                "None of kvm_intel, kvm_amd and kvm_pvm shows under /sys/module: what the kernel's events mean here is not known." + above,
                ""
            )
            : new HostCheck("back-end", CheckState.Ok, $"{backend.Name()}{(parameters.Length > 0 ? $" ({parameters})" : "")}.{above}", "");
    }

    private static HostCheck Modes(Kvm kvm)
    {
        using var thread = new VcpuThread(CpuSet.Allowed()[^1]);
        using var runner = new ExitRunner(LoopParts.None);
        var found = new List<string>();
        bool native = true;
        foreach (GuestMode mode in Enum.GetValues<GuestMode>())
        {
            ModeTrial? probe = null;
            thread.Invoke(() => probe = NativeModes.Try(kvm, runner, mode));
            native &= probe!.Native;
            found.Add(
                probe.Failure.Length > 0 ? $"{mode.Name()} fails: {probe.Failure}"
                : probe.Native ? $"{mode.Name()} runs natively"
                : $"{mode.Name()} is interpreted ({probe.CyclesPerInstruction:N0} cycles per instruction)"
            );
        }
        return new HostCheck("guest modes", native ? CheckState.Ok : CheckState.Limited, string.Join("; ", found) + ".",
            native ? "" : "Scenarios use a native mode where they can; on hosts with VMX or SVM all modes are native.");
    }

    private static HostCheck Clock()
    {
        string flags = HostFacts.Collect().FirstOrDefault(f => f.Name == "tsc flags")?.Value ?? "";
        int grain = Tsc.MeasureGrain();
        bool steady = flags.Contains("constant_tsc", StringComparison.Ordinal) && flags.Contains("nonstop_tsc", StringComparison.Ordinal);
        string found = $"The TSC ticks in steps of {grain} cycle{(grain == 1 ? "" : "s")}; flags: {flags}.";
        return steady
            ? new HostCheck("clock", CheckState.Ok, found, grain > 1 ? "Nothing finer than the step is reported." : "")
            : new HostCheck(
                "clock",
                CheckState.Limited,
                found + " It may change its rate or stop.",
                "Fix the CPU's frequency and disable deep idle states."
            );
    }

    private static HostCheck Tracing()
    {
        try
        {
            string tracefs = TracefsMount.Find();
            using var instance = new TracefsInstance(
                tracefs,
                EventSet.None,
                [new PinnedThread(Environment.ProcessId, CpuSet.Allowed()[^1])],
                64
            );
            var missing = EventSet
                .Deep.Events.Values.SelectMany(e => e)
                .Where(e => !Directory.Exists(Path.Combine(tracefs, "events", e)))
                .ToList();
            return missing.Count == 0
                ? new HostCheck(
                    "tracefs",
                    CheckState.Ok,
                    $"A private instance under {tracefs} with clock x86-tsc works; all wanted events exist.",
                    ""
                )
                : new HostCheck(
                    "tracefs",
                    CheckState.Limited,
                    $"A private instance under {tracefs} with clock x86-tsc works; events that do not exist here: {string.Join(", ", missing)}.",
                    ""
                );
        }
        catch (Exception e) when (e is SystemCallException or IOException or UnauthorizedAccessException)
        {
            return new HostCheck(
                "tracefs",
                CheckState.Missing,
                e.Message + " Only guest and VMM stamps are left: stages are merged.",
                Lockdown.Level() == null ? "Run as root." : "Boot without lockdown."
            );
        }
    }

    private static HostCheck Probes()
    {
        string? lockdown = Lockdown.Level();
        string locked = lockdown == null ? "" : $" The kernel is locked down ({lockdown}).";
        try
        {
            string tracefs = TracefsMount.Find();
            using var probes = DynamicProbes.Create(tracefs);
            return probes.Refusal is { } refusal
                ? new HostCheck(
                    "probes",
                    CheckState.Limited,
                    refusal + locked,
                    lockdown == null ? "Use a kernel with CONFIG_KPROBE_EVENTS, as root." : "Boot without lockdown."
                )
                : new HostCheck(
                    "probes",
                    CheckState.Ok,
                    $"{string.Join(", ", ProbedFunction.All.Select(f => f.Symbol))} can be probed: --events deep ends pio-search exactly."
                        + locked,
                    ""
                );
        }
        catch (KvmUnavailableException e)
        {
            return new HostCheck(
                "probes",
                CheckState.Limited,
                $"{e.Message} There are no probes, pio-search stays an upper bound.{locked}",
                ""
            );
        }
    }

    private static HostCheck Functions()
    {
        try
        {
            FunctionGraph.Look();
            return new HostCheck("functions", CheckState.Ok,
                "The kernel has function_graph for KVM's modules: --functions --host local counts the calls of an exit.", "");
        }
        catch (Exception e) when (e is UnfitHostException or SystemCallException or IOException or UnauthorizedAccessException)
        {
            return new HostCheck("functions", CheckState.Limited, e.Message, "");
        }
    }

    private static unsafe HostCheck LockedMemory()
    {
        using var memory = new LockedMemory(GuestLayout.MemoryBytes);
        return memory.Locked
            ? new HostCheck("locked memory", CheckState.Ok, "The buffers of a recording can be locked.", "")
            : new HostCheck(
                "locked memory",
                CheckState.Limited,
                "The buffers of a recording cannot be locked: a page fault may fall into an exit.",
                "Raise RLIMIT_MEMLOCK (ulimit -l)."
            );
    }

    private static HostCheck Cpus()
    {
        IReadOnlyList<int> cpus = CpuSet.Allowed();
        string governor = Sysfs.ReadLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") is { } name ? $" Governor: {name}." : "";
        string smt = Sysfs.ReadLine("/sys/devices/system/cpu/smt/active") == "1" ? " SMT is active: a busy sibling slows exits." : "";
        string found =
            $"{cpus.Count} CPU{(cpus.Count == 1 ? "" : "s")} allowed; the vCPU goes to CPU {cpus[^1]} unless --cpu says otherwise.{governor}{smt}";
        return cpus.Count > 1
            ? new HostCheck("cpus", CheckState.Ok, found, "")
            : new HostCheck("cpus", CheckState.Limited, found + " The recorder shares it with the vCPU.", "Give the process a second CPU.");
    }
}
