using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A configuration with the VM it runs in and what it does there.</summary>
/// <param name="Expected">The workload's, with the answer that the guest's reads have to get.</param>
internal sealed record Configured(int Index, Configuration Configuration, Workload Workload, Guest Guest, ExpectedExit Expected)
{
    /// <summary>Cycles from one exit to the next, as last measured: sizes the next block.</summary>
    public double CyclesPerExit { get; set; }
}
