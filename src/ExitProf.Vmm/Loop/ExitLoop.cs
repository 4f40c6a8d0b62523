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
    public ulong DelayCycles;
    public ulong DelayInstructions;

    public byte* CopyFrom;
    public byte* CopyTo;
    public ulong CopyBytes;

    /// <summary>A <see cref="RegisterTransfer"/>.</summary>
    public long Transfer;

    /// <summary>Eight bytes that hold what the guest wrote in the bits of the mask.</summary>
    public ulong* WrittenAddress;
    public ulong WrittenMask;
    public ulong Written;

    /// <summary>The last KVM_RUN's result as the kernel returned it: 0 or a negative errno.</summary>
    public long Result;
    public long Eintr;
    public ulong StartTsc;
    public ulong EndTsc;

    /// <summary>A <see cref="VectorState"/>.</summary>
    public long Vectors;

    /// <summary>An XSAVE area that sets nothing but MXCSR.</summary>
    public void* CleanVectors;

    /// <summary>The seventh vector register when the run ended.</summary>
    public fixed ulong LastVector[4];

    /// <summary>The other thread waits at the first descriptor and answers at the second one; the first is 0 if it is not to run.</summary>
    public long WakeFd;
    public long AnswerFd;
    public ulong One;
    public ulong Answered;

    /// <summary>What of kvm_run KVM takes back, KVM_SYNC_X86_*.</summary>
    public ulong DirtyRegs;
    public ulong Cr3Change;

    /// <summary>Where the guest's trap goes; 0 if nowhere.</summary>
    public ulong ReflectTo;
    public byte* GuestMemory;

    /// <summary>A <see cref="Vmm.BusLock"/>, what it is of the bus, and the functions of the C library that take and release it.</summary>
    public long BusLock;
    public void* BusMutex;
    public void* BusRwlock;
    public ulong* BusReading;
    public ulong* BusTable;
    public ulong BusHeld;
    public void* MutexLock;
    public void* MutexUnlock;
    public void* ReadLock;
    public void* ReadUnlock;

    /// <summary>Where the next exit's stamps of the bus go; null if there are to be none.</summary>
    public ulong* BusSteps;

    /// <summary>Not zero if the last port is on no bus.</summary>
    public ulong BusMissed;

    /// <summary>Where KVM_GET_REGS puts the guest's registers and KVM_SET_REGS takes them from.</summary>
    public KvmRegs Regs;
}

/// <summary>
/// The measured path, alone: enter the guest, stamp, check that the exit is the expected one, answer it, stamp, enter again. Assembled at
/// start-up, because a stamp taken in managed code would book a garbage collection as time of the kernel.
/// </summary>
/// <remarks>
/// It allocates nothing, takes no lock and makes no system call but KVM_RUN and those that are its work. Registers: rbx state, r12 kvm_run, r13 cursor, r14 room,
/// rbp expected reason, r15 expected details; rdi keeps the descriptor across system calls.
/// </remarks>
internal sealed unsafe class ExitLoop : IDisposable
{
    internal const int SysIoctl = 16;
    internal const int KvmRunRequest = 0xAE80;

    private readonly NativeCode code;

    /// <param name="parts">What it has to be able to do beside answering.</param>
    /// <param name="withStamps">
    /// False only to measure what the stamps cost: nothing is stored at the cursor, and the end of the run is not known (0).
    /// </param>
    public ExitLoop(LoopParts parts, bool withStamps = true) => code = new NativeCode(Assemble(parts, withStamps));

    /// <summary>Runs until an exit that is not the expected one, a full buffer, an error, or a kick.</summary>
    public void Run(ExitLoopState* state) => ((delegate* unmanaged<ExitLoopState*, void>)code.Address)(state);

    public void Dispose() => code.Dispose();

    internal static Assembler Assemble(LoopParts parts, bool withStamps)
    {
        var a = new Assembler(64);
        Label enter = a.CreateLabel(), failed = a.CreateLabel(), stop = a.CreateLabel(), answered = a.CreateLabel();
        AssemblerRegister64[] saved = [rbx, rbp, r12, r13, r14, r15];
        foreach (AssemblerRegister64 register in saved) a.push(register);
        a.mov(rbx, rdi);
        a.mov(r12, At(nameof(ExitLoopState.Run)));
        a.mov(r13, At(nameof(ExitLoopState.Cursor)));
        a.mov(r14, At(nameof(ExitLoopState.Room)));
        a.mov(rbp, At(nameof(ExitLoopState.Reason)));
        a.mov(r15, At(nameof(ExitLoopState.Details)));
        a.mov(rdi, At(nameof(ExitLoopState.Fd)));
        Stamp(a);
        a.mov(At(nameof(ExitLoopState.StartTsc)), rax);

        a.Label(ref enter);
        a.mov(esi, KvmRunRequest);
        a.xor(edx, edx);
        a.mov(eax, SysIoctl);
        a.syscall();
        a.mov(r8, rax);
        if (withStamps) Stamp(a);
        else a.xor(eax, eax);
        a.mov(r9, rax);
        a.test(r8, r8);
        a.js(failed);
        a.cmp(__dword_ptr[r12 + (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.ExitReason))], ebp);
        a.jne(stop);
        a.cmp(__qword_ptr[r12 + KvmRun.DetailsOffset], r15);
        a.jne(stop);
        if (parts.HasFlag(LoopParts.Written)) CompareWritten(a, stop);
        a.dec(r14);
        a.js(stop);
        if (withStamps) a.mov(__qword_ptr[r13], r9);

        if (parts.HasFlag(LoopParts.BusLookup))
        {
            // A configuration without a bus has no table.
            Label noBus = a.CreateLabel();
            a.cmp(At(nameof(ExitLoopState.BusTable)), 0);
            a.je(noBus);
            BusLookup.Assemble(a, stop);
            if (withStamps) a.mov(r9, __qword_ptr[r13]);
            a.Label(ref noBus);
            a.nop();
        }

        // The device: a constant answer for reads, and a busy-wait.
        a.mov(rcx, At(nameof(ExitLoopState.AnswerAddress)));
        a.test(rcx, rcx);
        a.jz(answered);
        a.mov(rax, At(nameof(ExitLoopState.Answer)));
        a.mov(__qword_ptr[rcx], rax);
        a.Label(ref answered);
        if (parts.HasFlag(LoopParts.Transfer)) Transfer(a, stop);
        if (parts.HasFlag(LoopParts.Copy)) Copy(a);
        if (parts.HasFlag(LoopParts.Delay)) Delay(a);
        if (parts.HasFlag(LoopParts.SetState)) SetState(a);
        if (parts.HasFlag(LoopParts.Reflect)) Reflect(a);
        if (parts.HasFlag(LoopParts.OtherThread)) RunOtherThread(a, stop);
        if (parts.HasFlag(LoopParts.Vectors)) HostVectors.Set(a, At(nameof(ExitLoopState.Vectors)), At(nameof(ExitLoopState.CleanVectors)));

        if (withStamps)
        {
            a.add(r13, 16);
            a.mov(At(nameof(ExitLoopState.Cursor)), r13);
            Stamp(a);
            a.mov(__qword_ptr[r13 - 8], rax);
        }
        a.jmp(enter);

        a.Label(ref failed);
        a.cmp(r8, -Errno.EINTR);
        a.jne(stop);
        a.inc(At(nameof(ExitLoopState.Eintr)));
        a.cmp(__byte_ptr[r12 + (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.ImmediateExit))], 0);
        a.je(enter);

        a.Label(ref stop);
        a.mov(At(nameof(ExitLoopState.Room)), r14);
        a.mov(At(nameof(ExitLoopState.Result)), r8);
        a.mov(At(nameof(ExitLoopState.EndTsc)), r9);
        if (parts.HasFlag(LoopParts.Vectors)) HostVectors.Store(a, __ymmword_ptr[rbx + Offset(nameof(ExitLoopState.LastVector))]);
        foreach (AssemblerRegister64 register in saved.Reverse()) a.pop(register);
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

    private static void CompareWritten(Assembler a, Label different)
    {
        a.mov(rcx, At(nameof(ExitLoopState.WrittenAddress)));
        a.mov(rax, __qword_ptr[rcx]);
        a.and(rax, At(nameof(ExitLoopState.WrittenMask)));
        a.cmp(rax, At(nameof(ExitLoopState.Written)));
        a.jne(different);
    }

    /// <summary>Puts the answer into the guest's rbx, by the way that the state names.</summary>
    private static void Transfer(Assembler a, Label failed)
    {
        Label done = a.CreateLabel(), sync = a.CreateLabel();
        int rbxOffset = (int)Marshal.OffsetOf<KvmRegs>(nameof(KvmRegs.Rbx));
        a.mov(rcx, At(nameof(ExitLoopState.Transfer)));
        a.mov(r10, At(nameof(ExitLoopState.Answer)));
        a.cmp(rcx, (int)RegisterTransfer.GetSetRegs);
        a.jb(done);
        a.ja(sync);
        Ioctl(KvmIoctl.GetRegs.Number);
        a.mov(__qword_ptr[rbx + Offset(nameof(ExitLoopState.Regs)) + rbxOffset], r10);
        Ioctl(KvmIoctl.SetRegs.Number);
        a.jmp(done);
        a.Label(ref sync);
        a.mov(__qword_ptr[r12 + (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.SyncRegs)) + rbxOffset], r10);
        a.mov(__qword_ptr[r12 + (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.KvmDirtyRegs))], (int)KvmRun.SyncX86Regs);
        a.Label(ref done);
        a.nop();

        void Ioctl(uint request)
        {
            a.mov(esi, request);
            a.lea(rdx, __qword_ptr[rbx + Offset(nameof(ExitLoopState.Regs))]);
            a.mov(eax, SysIoctl);
            a.syscall();
            a.mov(r8, rax);
            a.test(r8, r8);
            a.js(failed);
        }
    }

    private static void Copy(Assembler a)
    {
        a.mov(r10, rdi);
        a.mov(rsi, At(nameof(ExitLoopState.CopyFrom)));
        a.mov(rdi, At(nameof(ExitLoopState.CopyTo)));
        a.mov(rcx, At(nameof(ExitLoopState.CopyBytes)));
        a.rep.movsb();
        a.mov(rdi, r10);
    }

    private static void Delay(Assembler a)
    {
        Label again = a.CreateLabel();
        Stamp(a);
        a.mov(r10, rax);
        a.add(r10, At(nameof(ExitLoopState.DelayCycles)));
        a.Label(ref again);
        Stamp(a);
        a.cmp(rax, r10);
        a.jb(again);

        // One instruction a turn: where the clock counts instructions, n turns are n ticks more.
        Label turn = a.CreateLabel(), done = a.CreateLabel();
        a.mov(rcx, At(nameof(ExitLoopState.DelayInstructions)));
        a.jrcxz(done);
        a.Label(ref turn);
        a.loop(turn);
        a.Label(ref done);
        a.nop();
    }

    private static void SetState(Assembler a)
    {
        int cr3 = (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.SyncSregs)) + (int)Marshal.OffsetOf<KvmSregs>(nameof(KvmSregs.Cr3));
        a.mov(rax, At(nameof(ExitLoopState.Cr3Change)));
        a.xor(__qword_ptr[r12 + cr3], rax);
        a.mov(rax, At(nameof(ExitLoopState.DirtyRegs)));
        a.mov(__qword_ptr[r12 + (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.KvmDirtyRegs))], rax);
    }

    /// <summary>As SYSCALL would: RCX = behind the instruction, RIP = handler. KVM's emulator has stepped over an OUT, its fast path has not.</summary>
    private static void Reflect(Assembler a)
    {
        const byte OutImmediate = 0xe6, Length = 2;
        int regs = (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.SyncRegs));
        AssemblerMemoryOperand rip = __qword_ptr[r12 + regs + (int)Marshal.OffsetOf<KvmRegs>(nameof(KvmRegs.Rip))];
        Label done = a.CreateLabel(), behind = a.CreateLabel();
        a.mov(r10, At(nameof(ExitLoopState.ReflectTo)));
        a.test(r10, r10);
        a.jz(done);
        a.mov(rax, rip);
        a.mov(rcx, At(nameof(ExitLoopState.GuestMemory)));
        a.cmp(__byte_ptr[rcx + rax], OutImmediate);
        a.jne(behind);
        a.add(rax, Length);
        a.Label(ref behind);
        a.mov(__qword_ptr[r12 + regs + (int)Marshal.OffsetOf<KvmRegs>(nameof(KvmRegs.Rcx))], rax);
        a.mov(rip, r10);
        a.mov(__qword_ptr[r12 + (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.KvmDirtyRegs))], (int)KvmRun.SyncX86Regs);
        a.Label(ref done);
        a.nop();
    }

    /// <summary>Two system calls: a write that wakes the other thread, and a read that sleeps until it has answered.</summary>
    private static void RunOtherThread(Assembler a, Label failed)
    {
        const int SysRead = 0, SysWrite = 1;
        Label done = a.CreateLabel();
        a.mov(r10, rdi);
        a.mov(rdi, At(nameof(ExitLoopState.WakeFd)));
        a.test(rdi, rdi);
        a.jz(done);
        a.lea(rsi, At(nameof(ExitLoopState.One)));
        a.mov(edx, sizeof(ulong));
        a.mov(eax, SysWrite);
        a.syscall();
        a.mov(r8, rax);
        a.test(r8, r8);
        a.js(failed);
        a.mov(rdi, At(nameof(ExitLoopState.AnswerFd)));
        a.lea(rsi, At(nameof(ExitLoopState.Answered)));
        a.mov(edx, sizeof(ulong));
        a.mov(eax, SysRead);
        a.syscall();
        a.mov(r8, rax);
        a.test(r8, r8);
        a.js(failed);
        a.Label(ref done);
        a.mov(rdi, r10);
    }

    private static AssemblerMemoryOperand At(string field) => __qword_ptr[rbx + Offset(field)];

    private static int Offset(string field) => (int)Marshal.OffsetOf<ExitLoopState>(field);
}
