using System.Collections.Immutable;

namespace ExitProf.Recording;

/// <summary>A process with virtual machines: which it is and what threads its vCPUs may be.</summary>
/// <param name="Name">What its VMM was told to call it, else the process's own name.</param>
/// <param name="Machines">Descriptors of virtual machines; one in nearly every VMM.</param>
/// <param name="Vcpus">Numbers of the vCPUs' descriptors, sorted; KVM names them.</param>
public sealed record RunningVm(int Pid, string Name, int Machines, ImmutableArray<int> Vcpus);
