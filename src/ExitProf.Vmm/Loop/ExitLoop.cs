using System.Runtime.InteropServices;
using ExitProf.Linux;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>What the native loop works on and leaves behind. Lives in unmanaged memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ExitLoopState
{
    public long Fd;
    public KvmRun* Run;

    /// <summary>Where the next exit's two stamps go: KVM_RUN returned, KVM_RUN called.</summary>
    public ulong* Cursor;

    /// <summary>How many more exits there is room for.</summary>
    public long Room;

    public long Reason;
    public ulong Details;
    public ulong* AnswerAddress;
    public ulong Answer;
    public DelayWork.State Delay;
    public CopyWork.State Copy;

    /// <summary>A <see cref="RegisterTransfer"/>.</summary>
    public long Transfer;

    public WrittenPart.State Written;

    /// <summary>The last KVM_RUN's result as the kernel returned it: 0 or a negative errno.</summary>
    public long Result;
    public long Eintr;
    public ulong StartTsc;
    public ulong EndTsc;

    public VectorWork.State Vectors;
    public OtherThreadWork.State OtherThread;
    public SetStateWork.State SetState;
    public ReflectWork.State Reflect;
    public BusLookupWork.State Bus;

    /// <summary>Where KVM_GET_REGS puts the guest's registers and KVM_SET_REGS takes them from.</summary>
    public KvmRegs Regs;
}

/// <summary>
/// The measured path, alone: enter the guest, stamp, check that the exit is the expected one, answer it, stamp, enter again. Assembled at
/// start-up, because a stamp taken in managed code would book a garbage collection as time of the kernel.
/// </summary>
/// <remarks>
/// It allocates nothing, takes no lock and makes no system call but KVM_RUN and those that are its work. Registers: rbx state, r12 kvm_run,
/// r13 cursor, r14 room, rbp expected reason, r15 expected details; rdi keeps the descriptor across system calls.
/// </remarks>
internal sealed unsafe class ExitLoop : IDisposable
{
    internal const int SysIoctl = 16;
    internal const int KvmRunRequest = 0xAE80;

    private static readonly AssemblerRegister64[] Saved = [rbx, rbp, r12, r13, r14, r15];

    private readonly NativeCode code;

    /// <param name="parts">What it has to be able to do besides answering.</param>
    /// <param name="withStamps">
    /// False only to measure what the stamps cost: nothing is stored at the cursor, and the end of the run is not known (0).
    /// </param>
    public ExitLoop(LoopParts parts, bool withStamps = true)
    {
        (Able, Parts) = (parts, LoopPartList.Make(parts));
        code = new NativeCode(Assemble(Parts, withStamps));
    }

    /// <summary>What it is able to do.</summary>
    public LoopParts Able { get; }

    /// <summary>In the order in which they run. Disposed with the loop.</summary>
    public ILoopPart[] Parts { get; }

    /// <summary>Runs until an exit that is not the expected one, a full buffer, an error, or a kick.</summary>
    public void Run(ExitLoopState* state) => ((delegate* unmanaged<ExitLoopState*, void>)code.Address)(state);

    public void Dispose()
    {
        code.Dispose();
        foreach (ILoopPart part in Parts) part.Dispose();
    }

    internal static Assembler Assemble(ILoopPart[] parts, bool withStamps)
    {
        var a = new Assembler(64);
        Label enter = a.CreateLabel(), failed = a.CreateLabel(), stop = a.CreateLabel();
        Begin(a);
        a.Label(ref enter);
        EnterGuest(a, withStamps);
        a.js(failed);
        a.cmp(__dword_ptr[r12 + (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.ExitReason))], ebp);
        a.jne(stop);
        a.cmp(__qword_ptr[r12 + KvmRun.DetailsOffset], r15);
        a.jne(stop);
        foreach (ILoopPart part in parts) part.AssembleCheck(a, stop);
        a.dec(r14);
        a.js(stop);
        if (withStamps) a.mov(__qword_ptr[r13], r9);
        foreach (ILoopPart part in parts) part.AssembleLookup(a, stop, withStamps);
        Answer(a);
        foreach (ILoopPart part in parts) part.AssembleWork(a, stop);
        if (withStamps)
        {
            a.add(r13, 16);
            a.mov(LoopState.At(nameof(ExitLoopState.Cursor)), r13);
            Stamp(a);
            a.mov(__qword_ptr[r13 - 8], rax);
        }
        a.jmp(enter);

        a.Label(ref failed);
        a.cmp(r8, -Errno.EINTR);
        a.jne(stop);
        a.inc(LoopState.At(nameof(ExitLoopState.Eintr)));
        a.cmp(__byte_ptr[r12 + (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.ImmediateExit))], 0);
        a.je(enter);

        a.Label(ref stop);
        a.mov(LoopState.At(nameof(ExitLoopState.Room)), r14);
        a.mov(LoopState.At(nameof(ExitLoopState.Result)), r8);
        a.mov(LoopState.At(nameof(ExitLoopState.EndTsc)), r9);
        foreach (ILoopPart part in parts) part.AssembleEnd(a);
        foreach (AssemblerRegister64 register in Saved.Reverse()) a.pop(register);
        a.ret();
        return a;
    }

    /// <summary>rax = TSC; rdx is lost.</summary>
    internal static void Stamp(Assembler a)
    {
        a.rdtsc();
        a.shl(rdx, 32);
        a.or(rax, rdx);
    }

    private static void Begin(Assembler a)
    {
        foreach (AssemblerRegister64 register in Saved) a.push(register);
        a.mov(rbx, rdi);
        a.mov(r12, LoopState.At(nameof(ExitLoopState.Run)));
        a.mov(r13, LoopState.At(nameof(ExitLoopState.Cursor)));
        a.mov(r14, LoopState.At(nameof(ExitLoopState.Room)));
        a.mov(rbp, LoopState.At(nameof(ExitLoopState.Reason)));
        a.mov(r15, LoopState.At(nameof(ExitLoopState.Details)));
        a.mov(rdi, LoopState.At(nameof(ExitLoopState.Fd)));
        Stamp(a);
        a.mov(LoopState.At(nameof(ExitLoopState.StartTsc)), rax);
    }

    /// <summary>KVM_RUN: its result is in r8 and in the sign flag, the time after it in r9.</summary>
    private static void EnterGuest(Assembler a, bool withStamps)
    {
        a.mov(esi, KvmRunRequest);
        a.xor(edx, edx);
        a.mov(eax, SysIoctl);
        a.syscall();
        a.mov(r8, rax);
        if (withStamps) Stamp(a);
        else a.xor(eax, eax);
        a.mov(r9, rax);
        a.test(r8, r8);
    }

    /// <summary>A constant answer for reads.</summary>
    private static void Answer(Assembler a)
    {
        Label answered = a.CreateLabel();
        a.mov(rcx, LoopState.At(nameof(ExitLoopState.AnswerAddress)));
        a.test(rcx, rcx);
        a.jz(answered);
        a.mov(rax, LoopState.At(nameof(ExitLoopState.Answer)));
        a.mov(__qword_ptr[rcx], rax);
        a.Label(ref answered);
    }
}
