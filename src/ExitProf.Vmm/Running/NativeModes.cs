namespace ExitProf.Vmm;

/// <summary>Whether the CPU runs a guest mode itself. Found out by running it, never by asking for names.</summary>
/// <param name="CyclesPerInstruction">Of a loop that does not exit; NaN if the guest could not run at all.</param>
/// <param name="Failure">Why it could not run; empty if it did.</param>
public sealed record ModeProbe(GuestMode Mode, double CyclesPerInstruction, string Failure)
{
    /// <summary>A native instruction takes less than a cycle, an interpreted one more than a thousand.</summary>
    public bool Native => CyclesPerInstruction < 10;
}

public static class NativeModes
{
    private const uint Turns = 20_000;
    private const int InstructionsPerTurn = 2;

    /// <summary>Runs a short loop in the mode under the watchdog. Must be called on the vCPU thread.</summary>
    public static ModeProbe Probe(Kvm kvm, ExitRunner runner, GuestMode mode)
    {
        try
        {
            using var guest = new Guest(kvm, GuestProgram.StampedLoop(mode, a => GuestAccess.Spin(a, Turns)));
            runner.Run(guest, 1, ExpectedExit.None, 0);
            ReadOnlySpan<ulong> stamps = guest.Stamps(1);
            return new ModeProbe(mode, (stamps[1] - stamps[0]) / (double)(Turns * InstructionsPerTurn), "");
        }
        catch (GuestException e)
        {
            return new ModeProbe(mode, double.NaN, e.Message);
        }
    }
}
