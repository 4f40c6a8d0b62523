namespace ExitProf.Vmm;

/// <summary>Whether the CPU runs a guest mode itself. Found out by running it, never by asking for names.</summary>
/// <param name="CyclesPerInstruction">In a loop that does not exit; NaN if the guest could not run at all.</param>
/// <param name="HostCyclesPerInstruction">The same loop outside a guest: the host may itself be slow, because it is emulated.</param>
/// <param name="Failure">Why it could not run; empty if it did.</param>
public sealed record ModeTrial(GuestMode Mode, double CyclesPerInstruction, double HostCyclesPerInstruction, string Failure)
{
    // Natively a guest is as fast as its host; KVM's interpreter is slower by a factor of a thousand.
    private const double NativeRatio = 30;

    public bool Native => CyclesPerInstruction < NativeRatio * HostCyclesPerInstruction;
}
