using ExitProf.Linux;
using Iced.Intel;

namespace ExitProf.Vmm;

public static unsafe class NativeModes
{
    private const uint Turns = 20_000;
    private const int InstructionsPerTurn = 2;
    private const int Tries = 3;

    /// <summary>Runs a short loop in the mode under the watchdog, and on the host beside it. Must be called on the vCPU thread.</summary>
    public static ModeTrial Try(Kvm kvm, ExitRunner runner, GuestMode mode)
    {
        double host = HostCycles();
        try
        {
            using var guest = new Guest(kvm, GuestProgram.StampedLoop(mode, a => GuestAccess.Spin(a, Turns)));
            double cycles = double.MaxValue;
            for (int i = 0; i < Tries; i++)
            {
                runner.Run(guest, 1, ExpectedExit.None);
                ReadOnlySpan<ulong> stamps = guest.Stamps(1);
                cycles = Math.Min(cycles, PerInstruction(stamps[1] - stamps[0]));
            }
            return new ModeTrial(mode, cycles, host, "");
        }
        catch (GuestException e)
        {
            return new ModeTrial(mode, double.NaN, host, e.Message);
        }
    }

    private static double HostCycles()
    {
        var a = new Assembler(64);
        GuestAccess.Spin(a, Turns);
        a.ret();
        using var spin = new NativeCode(a);
        double cycles = double.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            ulong start = Tsc.Read();
            ((delegate* unmanaged<void>)spin.Address)();
            cycles = Math.Min(cycles, PerInstruction(Tsc.Read() - start));
        }
        return cycles;
    }

    private static double PerInstruction(ulong cycles) => cycles / (double)(Turns * InstructionsPerTurn);
}
