namespace ExitProf.Traces;

/// <summary>
/// A thread whose exits are in a trace of foreign machines. Blocks and batches name it by its index, because two VMs have a vCPU 0 each.
/// </summary>
/// <param name="Index">From 0 in order of appearance; <see cref="Block.Vcpu"/> of its blocks.</param>
/// <param name="Tid">The kernel's thread id; <see cref="Unknown"/> where the recording does not say.</param>
/// <param name="Vcpu">KVM's number of the vCPU within its VM; <see cref="Unknown"/> where no event names it.</param>
/// <param name="Process">The process, which stands for the VM; <see cref="Unknown"/> where the recording does not say.</param>
/// <param name="Name">The thread's name, often cut to 15 characters by the kernel; empty where unknown.</param>
public sealed record VcpuIdentity(int Index, long Tid, int Vcpu, long Process, string Name)
{
    public const int Unknown = -1;
}
