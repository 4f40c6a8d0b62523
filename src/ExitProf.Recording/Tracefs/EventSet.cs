using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>Which kernel events a recording switches on, by group.</summary>
public sealed record EventSet(string Name, EventGroups Groups, IReadOnlyDictionary<EventGroups, IReadOnlyList<string>> Events)
{
    // The events that separate stages, no others: about 0.7 thousand cycles each.
    private static readonly string[] KvmLean =
    [
        "kvm/kvm_exit",
        "kvm/kvm_entry",
        "kvm/kvm_pio",
        "kvm/kvm_mmio",
        "kvm/vcpu_match_mmio",
        "kvm/kvm_fpu",
    ];

    private static readonly string[] KvmFull =
    [
        .. KvmLean, "kvm/kvm_emulate_insn", "kvm/kvm_userspace_exit", "kvm/kvm_page_fault", "kvm/kvm_fast_mmio",
        "kvm/kvm_cpuid", "kvm/kvm_msr", "kvm/kvm_hypercall", "kvm/kvm_apic", "kvm/kvm_eoi", "kvm/kvm_inj_virq", "kvm/kvm_inj_exception",
    ];

    private static readonly string[] Rcu = ["rcu/rcu_utilization"];
    private static readonly string[] RawSyscalls = ["raw_syscalls/sys_enter", "raw_syscalls/sys_exit"];
    private static readonly string[] Msr = ["msr/read_msr", "msr/write_msr"];

    public static EventSet None { get; } = Of("none");

    public static EventSet Lean { get; } = Of("lean", (EventGroups.Kvm, KvmLean));

    /// <summary>Every border that the kernel's own events can give.</summary>
    public static EventSet Full { get; } =
        Of("full", (EventGroups.Kvm, KvmFull), (EventGroups.Rcu, Rcu), (EventGroups.RawSyscalls, RawSyscalls));

    /// <summary>Also each access to a model-specific register, and probes, whose events exist only while a recording does.</summary>
    public static EventSet Deep { get; } =
        Of(
            "deep",
            (EventGroups.Kvm, KvmFull),
            (EventGroups.Rcu, Rcu),
            (EventGroups.RawSyscalls, RawSyscalls),
            (EventGroups.Msr, Msr),
            (EventGroups.Probes, [])
        );

    /// <summary>
    /// What is recorded of a machine that already runs. raw_syscalls is on only where it is asked for: it slows down every process of the
    /// host. rcu is on only where its notes are the borders of exits.
    /// </summary>
    public static EventSet Attach { get; } =
        Of(
            "attach",
            (EventGroups.Kvm, [.. KvmFull, "kvm/kvm_vcpu_wakeup", "sched/sched_switch"]),
            (EventGroups.Rcu, Rcu),
            (EventGroups.RawSyscalls, RawSyscalls)
        );

    public static IReadOnlyList<EventSet> All { get; } = [Lean, Full, Deep, None];

    public static EventSet Get(string name) => All.First(s => s.Name == name);

    /// <summary>The set without the events that the kernel at hand does not have.</summary>
    public EventSet Existing(string tracefs)
    {
        var existing = Events.ToDictionary(
            g => g.Key,
            g => (IReadOnlyList<string>)[.. g.Value.Where(e => Directory.Exists(Path.Combine(tracefs, "events", e)))]
        );
        EventGroups groups = existing.Where(g => g.Value.Count > 0).Aggregate(EventGroups.None, (all, g) => all | g.Key);
        return new EventSet(Name, groups, existing);
    }

    /// <returns>The event that writes a stamp; null if the set has none that does.</returns>
    public string? NameOf(Stamp stamp)
    {
        // "kvm_fpu:load" is one of the stamps of kvm/kvm_fpu.
        string name = "/" + stamp.Name().Split(':')[0];
        if (!stamp.IsKernelEvent()) return null;
        return Events.Values.SelectMany(e => e).FirstOrDefault(e => e.EndsWith(name, StringComparison.Ordinal));
    }

    public EventGroups GroupOf(string name) => Events.First(g => g.Value.Contains(name)).Key;

    /// <summary>The set with one more group of another set at hand, which is not part of what is recorded.</summary>
    public EventSet With(EventSet other, EventGroups group)
    {
        var events = new Dictionary<EventGroups, IReadOnlyList<string>>(Events);
        if (other.Events.TryGetValue(group, out IReadOnlyList<string>? names)) events[group] = names;
        return new EventSet(Name, Groups, events);
    }

    /// <summary>The set with these events as its probes.</summary>
    public EventSet WithProbes(IReadOnlyList<string> names) =>
        this with { Events = new Dictionary<EventGroups, IReadOnlyList<string>>(Events) { [EventGroups.Probes] = names } };

    private static EventSet Of(string name, params (EventGroups Group, string[] Events)[] groups) => new(
        name,
        groups.Aggregate(EventGroups.None, (all, g) => all | g.Group),
        groups.ToDictionary(g => g.Group, g => (IReadOnlyList<string>)g.Events));
}
