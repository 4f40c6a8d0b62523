using System.Runtime.InteropServices;
using ExitProf.Linux;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>
/// Wakes a halted guest by an interrupt, from another thread, some time after the guest has said that it halts. The thread runs native code
/// on a CPU of its own where there is one; where there is not, it gives the CPU up while it waits.
/// </summary>
public sealed unsafe class HaltWaker : ICompanion
{
    /// <summary>The vector of the interrupt.</summary>
    public const int Vector = 0x40;

    private readonly VirtualMachine vm;
    private readonly ulong haltedCycles;
    private readonly LockedMemory memory = new(sizeof(State) + (long)GuestLayout.MaxExits * sizeof(ulong));
    private readonly NativeCode code = new(Assemble());
    private readonly void* halts;
    private VcpuThread? thread;
    private int begun;

    /// <param name="haltedCycles">How long after its word the guest is left alone.</param>
    public HaltWaker(Guest guest, ulong haltedCycles)
    {
        (vm, this.haltedCycles) = (guest.Vm, haltedCycles);
        halts = (byte*)guest.Memory + GuestLayout.Halts;
    }

    public ReadOnlySpan<ulong> Beginnings => new(Sent, begun);

    private State* Shared => (State*)memory.Address;

    private ulong* Sent => (ulong*)(Shared + 1);

    /// <summary>What the guest needs to be woken: a gate, a handler that only returns, and a local APIC that is on.</summary>
    public static void Prepare(Guest guest)
    {
        guest.Load(GuestLayout.Handlers, GuestAccess.ReturnFromException());
        GuestRings.AddGate(guest, Vector, GuestLayout.Handlers);
        guest.Vcpu.EnableLocalApic(x2apic: false);
    }

    public void Begin(int exits)
    {
        thread ??= new VcpuThread(OtherCpu(LibC.sched_getcpu()));
        *(uint*)halts = 0;
        begun = exits;
        *Shared = new State
        {
            Halts = halts,
            Wanted = exits,
            HaltedCycles = haltedCycles,
            Sent = Sent,
            VmFd = vm.Fd,
            Stop = 0,
            Woken = 0,
            Result = 0,
            // Physical destination 0, fixed delivery, edge (Intel SDM volume 3, 11.11).
            Msi = new KvmMsi { AddressLo = (uint)GuestLayout.LocalApic, Data = Vector },
        };
        thread.Start(() => ((delegate* unmanaged<State*, void>)code.Address)(Shared));
    }

    public void End()
    {
        Volatile.Write(ref Shared->Stop, 1);
        thread!.Wait();
        if (Shared->Result < 0)
            throw new SystemCallException("KVM_SIGNAL_MSI", (int)-Shared->Result, "the VM has no in-kernel interrupt controller");
        if (Shared->Woken != begun)
            throw new GuestException($"The guest halted {Shared->Woken} times instead of {begun}.");
    }

    public void Dispose()
    {
        thread?.Dispose();
        code.Dispose();
        memory.Dispose();
    }

    private static int OtherCpu(int cpu) => CpuSet.Allowed().LastOrDefault(c => c != cpu, cpu);

    private static Assembler Assemble()
    {
        const int SysSchedYield = 24;
        var a = new Assembler(64);
        Label next = a.CreateLabel(), wait = a.CreateLabel(), halted = a.CreateLabel(), rest = a.CreateLabel(), end = a.CreateLabel();
        AssemblerRegister64[] saved = [rbx, r12, r13, r14];
        foreach (AssemblerRegister64 register in saved) a.push(register);
        a.mov(rbx, rdi);
        a.mov(r12, At(nameof(State.Halts)));
        a.mov(r13, At(nameof(State.Sent)));

        a.Label(ref next);
        a.mov(r14, At(nameof(State.Woken)));
        a.cmp(r14, At(nameof(State.Wanted)));
        a.jae(end);
        a.Label(ref wait);
        a.cmp(__dword_ptr[r12], r14d);
        a.ja(halted);
        a.cmp(At(nameof(State.Stop)), 0);
        a.jne(end);
        a.mov(eax, SysSchedYield);
        a.syscall();
        a.jmp(wait);

        a.Label(ref halted);
        ExitLoop.Stamp(a);
        a.mov(r14, rax);
        a.add(r14, At(nameof(State.HaltedCycles)));
        a.Label(ref rest);
        a.mov(eax, SysSchedYield);
        a.syscall();
        ExitLoop.Stamp(a);
        a.cmp(rax, r14);
        a.jb(rest);

        a.mov(__qword_ptr[r13], rax);
        a.add(r13, sizeof(ulong));
        a.mov(rdi, At(nameof(State.VmFd)));
        a.mov(esi, KvmIoctl.SignalMsi.Number);
        a.lea(rdx, At(nameof(State.Msi)));
        a.mov(eax, ExitLoop.SysIoctl);
        a.syscall();
        a.mov(At(nameof(State.Result)), rax);
        a.test(rax, rax);
        a.js(end);
        a.inc(At(nameof(State.Woken)));
        a.jmp(next);

        a.Label(ref end);
        foreach (AssemblerRegister64 register in saved.Reverse()) a.pop(register);
        a.ret();
        return a;
    }

    private static AssemblerMemoryOperand At(string field) => __qword_ptr[rbx + (int)Marshal.OffsetOf<State>(field)];

    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        public void* Halts;
        public long Wanted;
        public ulong HaltedCycles;
        public ulong* Sent;
        public long VmFd;
        public long Stop;
        public long Woken;
        public long Result;
        public KvmMsi Msi;
    }
}
