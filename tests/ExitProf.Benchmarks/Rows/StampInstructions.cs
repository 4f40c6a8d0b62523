using ExitProf.Linux;
using ExitProf.Vmm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Benchmarks;

/// <summary>
/// The instructions of the loop's two stamps and their stores, behind the cheapest system call there is, an ioctl on no descriptor: the
/// pipeline around them is as it is behind KVM_RUN, but a turn takes a few hundred cycles, so that single ones show.
/// </summary>
internal static unsafe class StampInstructions
{
    private const int Pairs = 100;
    private const int Turns = 500;

    /// <summary>The least of a few: whatever else happens to a loop only adds to it.</summary>
    private const int Repeats = 10;

    public static BenchmarkRow Measure(BenchmarkHost host, string name, double target)
    {
        using var thread = new VcpuThread(host.Cpu);
        using var memory = new LockedMemory(2 * sizeof(ulong));
        var differences = new double[Pairs];
        double bareCycles = 0;
        thread.Invoke(() =>
        {
            for (int i = 0; i < Pairs; i++)
            {
                // In case it matters where code lies in its cache lines, each pair lies elsewhere.
                using var with = new NativeCode(Loop(stamps: true, host.Random.Next(64)));
                using var without = new NativeCode(Loop(stamps: false, host.Random.Next(64)));
                (double stamped, double bare) = (double.MaxValue, double.MaxValue);
                for (int k = 0; k < Repeats; k++)
                {
                    stamped = Math.Min(stamped, Cycles(with));
                    bare = Math.Min(bare, Cycles(without));
                }
                differences[i] = stamped - bare;
                bareCycles = bare;
            }
        });
        return BenchmarkRow.Of(
            name,
            "the two stamps behind a system call that does nothing",
            "the same without stamps",
            "cycles",
            RankEstimate.Centre(differences),
            target,
            $"of {bareCycles:N0} cycles; {Pairs} pairs of loops, each placed anew: from {differences.Min():F0} to {differences.Max():F0}"
        );

        double Cycles(NativeCode code) => ((delegate* unmanaged<void*, ulong>)code.Address)(memory.Address) / (double)Turns;
    }

    /// <summary>Its argument is where the stamps go. Returns the cycles of all turns.</summary>
    private static Assembler Loop(bool stamps, int padding)
    {
        var a = new Assembler(64);
        Label again = a.CreateLabel();
        // A system call overwrites rax, rcx and r11.
        a.push(rbx);
        a.mov(rbx, rdi);
        a.mov(r9d, Turns);
        ExitLoop.Stamp(a);
        a.mov(r10, rax);
        for (int i = 0; i < padding; i++) a.nop();
        a.Label(ref again);
        a.mov(edi, -1);
        a.mov(esi, ExitLoop.KvmRunRequest);
        a.xor(edx, edx);
        a.mov(eax, ExitLoop.SysIoctl);
        a.syscall();
        if (stamps)
        {
            ExitLoop.Stamp(a);
            a.mov(__qword_ptr[rbx], rax);
            ExitLoop.Stamp(a);
            a.mov(__qword_ptr[rbx + 8], rax);
        }
        a.dec(r9d);
        a.jnz(again);
        ExitLoop.Stamp(a);
        a.sub(rax, r10);
        a.pop(rbx);
        a.ret();
        return a;
    }
}
