using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>A kernel function that is probed at its entry and at its return.</summary>
/// <param name="Symbol">The function.</param>
/// <param name="Name">What the names of its events begin with; they end with _begin and _end, and the reader of events knows them by
/// that.</param>
/// <param name="Returns">Fields of the event at the return.</param>
internal sealed record ProbedFunction(string Symbol, string Name, ProbePairs Pair, string Returns = "")
{
    public static IReadOnlyList<ProbedFunction> All { get; } =
    [
        new("kvm_io_bus_write", "bus_write", ProbePairs.BusWrite, " ret=$retval:s32"),
        new("kvm_io_bus_read", "bus_read", ProbePairs.BusRead, " ret=$retval:s32"),
        new("kvm_arch_vcpu_put", "vcpu_put", ProbePairs.VcpuPut),
        new("kvm_arch_vcpu_load", "vcpu_load", ProbePairs.VcpuLoad),
    ];

    /// <summary>The event at the entry, then that at the return, as under events/ of tracefs.</summary>
    public IReadOnlyList<string> Events(string group) => [$"{group}/{Name}_begin", $"{group}/{Name}_end"];

    /// <summary>The lines that make these events (Documentation/trace/kprobetrace.rst).</summary>
    /// <param name="module">"kvm:" where KVM is a module; empty where it is built in: a module's name that does not exist makes a probe
    /// that never fires.</param>
    public IReadOnlyList<string> Creation(string group, string module)
    {
        IReadOnlyList<string> events = Events(group);
        return [$"p:{events[0]} {module}{Symbol}", $"r:{events[1]} {module}{Symbol}{Returns}"];
    }

    /// <summary>The line that removes one event and no other.</summary>
    public static string Removal(string name) => $"-:{name}";
}
