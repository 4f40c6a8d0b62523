using System.Runtime.InteropServices;
using ExitProf.Linux;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>
/// A system call of the VMM that is itself what is measured, stamped on both sides by native code; what has to be done before or after it
/// so that it can be made again is not.
/// </summary>
public sealed unsafe class VmmCall : IDisposable
{
    private const int SysNanosleep = 35;
    private const int SysGetppid = 110;

    /// <summary>Between two calls the vCPUs are left alone.</summary>
    private const long PauseNanoseconds = 100_000;

    private readonly string name;
    private readonly LockedMemory memory = new(sizeof(State) + (long)GuestLayout.MaxExits * 2 * sizeof(ulong));
    private readonly NativeCode code = new(Assemble());
    private readonly IReadOnlyList<IDisposable> owned;

    private VmmCall(string name, State state, IReadOnlyList<IDisposable> owned)
    {
        (this.name, this.owned) = (name, owned);
        *Shared = state;
    }

    private State* Shared => (State*)memory.Address;

    private ulong* First => (ulong*)(Shared + 1);

    /// <summary>The shortest call there is: what a system call of the host itself takes.</summary>
    public static VmmCall Getppid() => new("getppid", new State { Number = SysGetppid }, []);

    /// <summary>A memory slot of one page comes and goes.</summary>
    /// <param name="delete">Whether its going is measured, or else its coming.</param>
    public static VmmCall MemorySlot(VirtualMachine vm, bool delete)
    {
        var page = new LockedMemory(Environment.SystemPageSize);
        var there = new KvmUserspaceMemoryRegion
        {
            Slot = 1,
            GuestPhysAddr = GuestLayout.MoreMemory,
            MemorySize = (ulong)page.Bytes,
            UserspaceAddr = (ulong)page.Address,
        };
        return Pair(vm, KvmIoctl.SetUserMemoryRegion, there, there with { MemorySize = 0 }, delete, page);
    }

    /// <summary>An ioeventfd comes and goes.</summary>
    /// <param name="deassign">Whether its going is measured, or else its coming.</param>
    public static VmmCall Ioeventfd(VirtualMachine vm, ushort port, bool deassign)
    {
        KvmHandle eventfd = VirtualMachine.CreateEventfd();
        var there = new KvmIoeventfd
        {
            Addr = port,
            Len = 1,
            Fd = eventfd.Fd,
            Flags = (uint)IoeventfdFlags.Pio,
        };
        return Pair(
            vm,
            KvmIoctl.Ioeventfd,
            there,
            there with
            {
                Flags = (uint)(IoeventfdFlags.Pio | IoeventfdFlags.Deassign),
            },
            deassign,
            eventfd
        );
    }

    /// <summary>Both stamps of each call of the last run.</summary>
    public ReadOnlySpan<ulong> Stamps(int calls) => new(First, 2 * calls);

    /// <exception cref="SystemCallException">The kernel refuses the call.</exception>
    public RunResult Run(int calls)
    {
        Shared->Cursor = First;
        Shared->Left = calls;
        ((delegate* unmanaged<State*, void>)code.Address)(Shared);
        if (Shared->Result < 0) throw new SystemCallException(name, (int)-Shared->Result, "this kernel does not allow it here");
        return new RunResult(First[0], First[2 * calls - 1], 0);
    }

    public void Dispose()
    {
        code.Dispose();
        memory.Dispose();
        foreach (IDisposable item in owned) item.Dispose();
    }

    private static VmmCall Pair<T>(VirtualMachine vm, Ioctl<T> request, T coming, T going, bool measureGoing, IDisposable needed)
        where T : unmanaged
    {
        var arguments = new LockedMemory(2 * sizeof(T));
        T* both = (T*)arguments.Address;
        (both[0], both[1]) = (coming, going);
        var state = new State
        {
            Number = ExitLoop.SysIoctl,
            Descriptor = vm.Fd,
            Request = request.Number,
            Before = measureGoing ? both : null,
            Measured = measureGoing ? both + 1 : both,
            After = measureGoing ? null : both + 1,
            PauseNanoseconds = PauseNanoseconds,
        };
        return new(request.Name, state, [arguments, needed]);
    }

    private static Assembler Assemble()
    {
        var a = new Assembler(64);
        Label next = a.CreateLabel(), end = a.CreateLabel(), done = a.CreateLabel(), rested = a.CreateLabel();
        AssemblerRegister64[] saved = [rbx, r12, r13, r14, r15];
        foreach (AssemblerRegister64 register in saved) a.push(register);
        a.mov(rbx, rdi);
        a.mov(r12, At(nameof(State.Cursor)));
        a.mov(r13, At(nameof(State.Left)));

        a.Label(ref next);
        a.cmp(At(nameof(State.PauseNanoseconds)), 0);
        a.je(rested);
        a.lea(rdi, At(nameof(State.PauseSeconds)));
        a.xor(esi, esi);
        a.mov(eax, SysNanosleep);
        a.syscall();
        a.Label(ref rested);
        Calls(a, end, done);
        a.Label(ref done);
        a.add(r12, 16);
        a.dec(r13);
        a.jnz(next);
        a.xor(eax, eax);

        a.Label(ref end);
        a.mov(At(nameof(State.Result)), rax);
        foreach (AssemblerRegister64 register in saved.Reverse()) a.pop(register);
        a.ret();
        return a;
    }

    /// <summary>
    /// What comes before the measured call, the call between its stamps, and what comes after it; a failure goes to the end.
    /// </summary>
    private static void Calls(Assembler a, Label end, Label done)
    {
        Label called = a.CreateLabel();
        a.mov(r14, At(nameof(State.Before)));
        a.test(r14, r14);
        a.jz(called);
        Call();
        a.test(rax, rax);
        a.js(end);
        a.Label(ref called);
        a.mov(r14, At(nameof(State.Measured)));
        ExitLoop.Stamp(a);
        a.mov(__qword_ptr[r12], rax);
        Call();
        a.mov(r15, rax);
        ExitLoop.Stamp(a);
        a.mov(__qword_ptr[r12 + 8], rax);
        a.mov(rax, r15);
        a.test(rax, rax);
        a.js(end);
        a.mov(r14, At(nameof(State.After)));
        a.test(r14, r14);
        a.jz(done);
        Call();
        a.test(rax, rax);
        a.js(end);

        void Call()
        {
            a.mov(rdi, At(nameof(State.Descriptor)));
            a.mov(rsi, At(nameof(State.Request)));
            a.mov(rdx, r14);
            a.mov(rax, At(nameof(State.Number)));
            a.syscall();
        }
    }

    private static AssemblerMemoryOperand At(string field) => __qword_ptr[rbx + (int)Marshal.OffsetOf<State>(field)];

    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        public long Number;
        public long Descriptor;
        public long Request;
        public void* Before;
        public void* Measured;
        public void* After;

        /// <summary>struct timespec.</summary>
        public long PauseSeconds;
        public long PauseNanoseconds;
        public ulong* Cursor;
        public long Left;
        public long Result;
    }
}
