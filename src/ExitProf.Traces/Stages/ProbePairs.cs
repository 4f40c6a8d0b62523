namespace ExitProf.Traces;

/// <summary>Pairs of probes, at the entry and the return of one kernel function, that a signature has.</summary>
[Flags]
public enum ProbePairs : byte
{
    None = 0,

    /// <summary>kvm_io_bus_write: the search for a device that answers an OUT or a store, and the device.</summary>
    BusWrite = 1,

    /// <summary>kvm_io_bus_read: the same for an IN or a load.</summary>
    BusRead = 2,

    /// <summary>kvm_arch_vcpu_put.</summary>
    VcpuPut = 4,

    /// <summary>kvm_arch_vcpu_load.</summary>
    VcpuLoad = 8,

    /// <summary>kvm_io_bus_write twice: VMX asks the bus of fast MMIO first, before it decodes the instruction.</summary>
    FastBus = 16,
}

public static class ProbePairsOf
{
    private static readonly (Stamp Begin, Stamp End, ProbePairs Pair)[] All =
    [
        (Stamp.BusWriteBegin, Stamp.BusWriteEnd, ProbePairs.BusWrite),
        (Stamp.BusReadBegin, Stamp.BusReadEnd, ProbePairs.BusRead),
        (Stamp.VcpuPutBegin, Stamp.VcpuPutEnd, ProbePairs.VcpuPut),
        (Stamp.VcpuLoadBegin, Stamp.VcpuLoadEnd, ProbePairs.VcpuLoad),
    ];

    /// <summary>A probe without its partner is no pair: what it would border is not known.</summary>
    public static ProbePairs Signature(ReadOnlySpan<Stamp> signature)
    {
        var pairs = ProbePairs.None;
        foreach (var (begin, end, pair) in All)
        {
            if (signature.Contains(begin) && signature.Contains(end)) pairs |= pair;
        }
        if (pairs.HasFlag(ProbePairs.BusWrite) && signature.Count(Stamp.BusWriteBegin) > 1) pairs |= ProbePairs.FastBus;
        return pairs;
    }
}
