using ExitProf.Vmm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Benchmarks;

/// <summary>
/// The instructions of the loop's two stamps and their stores, behind the cheapest system call there is, an ioctl on no descriptor: the pipeline
/// around them is as it is behind KVM_RUN, but a turn takes a few hundred cycles, so that single ones show.
/// </summary>
internal static unsafe class StampInstructions
{
    private const int Pairs = 100;
    private const int Turns = 2000;

    public static BenchmarkRow Measure(BenchmarkHost host, string name, double target)
    {
        using var thread = new VcpuThread(host.Cpu);
        using var with = new NativeCode(Loop(stamps: true));
        using var without = new NativeCode(Loop(stamps: false));
        using var memory = new LockedMemory(2 * sizeof(ulong));
        var differences = new double[Pairs];
        double bareCycles = 0;
        thread.Invoke(() =>
        {
            (_, _) = (Cycles(with), Cycles(without));
            for (int i = 0; i < Pairs; i++)
            {
                bool first = host.Random.Next(2) == 0;
                double stamped = first ? Cycles(with) : 0, bare = Cycles(without);
                if (!first) stamped = Cycles(with);
                differences[i] = stamped - bare;
                bareCycles = bare;
            }
        });
        return BenchmarkRow.Of(name, "the two stamps behind a system call that does nothing", "the same without stamps", "cycles", SignedRank.Centre(differences), target,
            $"of {bareCycles:N0} cycles; {Pairs} pairs of {Turns:N0} turns");

        double Cycles(NativeCode code) => ((delegate* unmanaged<void*, ulong>)code.Address)(memory.Address) / (double)Turns;
    }

    /// <summary>Its argument is where the stamps go. Returns the cycles of all turns.</summary>
    private static Assembler Loop(bool stamps)
    {
        var a = new Assembler(64);
        Label again = a.CreateLabel();
        // A system call overwrites rax, rcx and r11.
        a.push(rbx);
        a.mov(rbx, rdi);
        a.mov(r9d, Turns);
        ExitLoop.Stamp(a);
        a.mov(r10, rax);
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
