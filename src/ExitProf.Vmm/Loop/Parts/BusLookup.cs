using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>
/// Code that looks up the device of a port read on a <see cref="SharedBus"/>: takes the bus's lock, searches by halves, has the answer,
/// releases the lock. Each of the four moments can be stamped.
/// </summary>
internal static unsafe class BusLookup
{
    private const int PortOffset = KvmRun.DetailsOffset + 2;

    /// <summary>
    /// Registers as in <see cref="ExitLoop"/>: r8 to r11, rax, rcx, rdx and rsi are lost, rdi is kept, r9 is restored by the caller.
    /// </summary>
    /// <param name="unknown">Where to go if no device has the port.</param>
    public static void Assemble(Assembler a, Label unknown)
    {
        Stamp(a, 0);
        TakeLock(a);
        Stamp(a, 1);
        Search(a);
        Stamp(a, 2);
        ReleaseLock(a);
        Stamp(a, 3);

        Label none = a.CreateLabel();
        a.mov(rcx, At(nameof(BusLookupWork.State.Steps)));
        a.test(rcx, rcx);
        a.jz(none);
        a.add(At(nameof(BusLookupWork.State.Steps)), BusLookupWork.Steps * sizeof(ulong));
        a.Label(ref none);
        // What the loop's end takes for the result of KVM_RUN.
        a.xor(r8d, r8d);
        a.cmp(At(nameof(BusLookupWork.State.Missed)), 0);
        a.jne(unknown);
    }

    private static void TakeLock(Assembler a)
    {
        Label locked = a.CreateLabel(), mutex = a.CreateLabel(), rwlock = a.CreateLabel();
        a.mov(eax, __dword_ptr[rbx + Offset(nameof(BusLookupWork.State.Lock))]);
        a.cmp(eax, (int)BusLock.Mutex);
        a.jb(locked);
        a.je(mutex);
        a.cmp(eax, (int)BusLock.Rwlock);
        a.je(rwlock);
        // The exchange is a full barrier: the note is seen before the table is read.
        a.mov(rcx, At(nameof(BusLookupWork.State.Reading)));
        a.mov(eax, 1);
        a.xchg(__qword_ptr[rcx], rax);
        a.jmp(locked);
        a.Label(ref mutex);
        Call(a, nameof(BusLookupWork.State.Mutex), nameof(BusLookupWork.State.MutexLock));
        a.jmp(locked);
        a.Label(ref rwlock);
        Call(a, nameof(BusLookupWork.State.Rwlock), nameof(BusLookupWork.State.ReadLock));
        a.Label(ref locked);
    }

    private static void Search(Assembler a)
    {
        Label search = a.CreateLabel(), lower = a.CreateLabel(), found = a.CreateLabel(), missing = a.CreateLabel(), held = a.CreateLabel();
        a.mov(rcx, At(nameof(BusLookupWork.State.Table)));
        a.mov(r10, __qword_ptr[rcx]);
        a.movzx(eax, __word_ptr[r12 + PortOffset]);
        a.xor(esi, esi);
        a.mov(rcx, __qword_ptr[r10]);
        a.Label(ref search);
        a.cmp(rsi, rcx);
        a.jae(missing);
        a.lea(rdx, __qword_ptr[rsi + rcx]);
        a.shr(rdx, 1);
        a.mov(r11, rdx);
        a.imul(r11, r11, sizeof(BusDevice));
        a.lea(r11, __qword_ptr[r10 + r11 + SharedBus.TableHeader]);
        a.cmp(rax, __qword_ptr[r11 + (int)Marshal.OffsetOf<BusDevice>(nameof(BusDevice.Port))]);
        a.je(found);
        a.jb(lower);
        a.lea(rsi, __qword_ptr[rdx + 1]);
        a.jmp(search);
        a.Label(ref lower);
        a.mov(rcx, rdx);
        a.jmp(search);
        a.Label(ref missing);
        a.mov(At(nameof(BusLookupWork.State.Missed)), 1);
        a.jmp(held);
        a.Label(ref found);
        a.mov(rax, __qword_ptr[r11 + (int)Marshal.OffsetOf<BusDevice>(nameof(BusDevice.Answer))]);
        a.mov(LoopState.At(nameof(ExitLoopState.Answer)), rax);
        Hold(a, held);
        a.Label(ref held);
    }

    private static void ReleaseLock(Assembler a)
    {
        Label unlockMutex = a.CreateLabel(), unlockRwlock = a.CreateLabel(), released = a.CreateLabel();
        a.mov(eax, __dword_ptr[rbx + Offset(nameof(BusLookupWork.State.Lock))]);
        a.cmp(eax, (int)BusLock.Mutex);
        a.jb(released);
        a.je(unlockMutex);
        a.cmp(eax, (int)BusLock.Rwlock);
        a.je(unlockRwlock);
        a.mov(rcx, At(nameof(BusLookupWork.State.Reading)));
        a.mov(__qword_ptr[rcx], 0);
        a.jmp(released);
        a.Label(ref unlockMutex);
        Call(a, nameof(BusLookupWork.State.Mutex), nameof(BusLookupWork.State.MutexUnlock));
        a.jmp(released);
        a.Label(ref unlockRwlock);
        Call(a, nameof(BusLookupWork.State.Rwlock), nameof(BusLookupWork.State.ReadUnlock));
        a.Label(ref released);
    }

    private static void Stamp(Assembler a, int step)
    {
        Label without = a.CreateLabel();
        a.mov(rcx, At(nameof(BusLookupWork.State.Steps)));
        a.test(rcx, rcx);
        a.jz(without);
        ExitLoop.Stamp(a);
        a.mov(__qword_ptr[rcx + step * sizeof(ulong)], rax);
        a.Label(ref without);
        a.nop();
    }

    /// <summary>Keeps the lock for as long as the work says.</summary>
    private static void Hold(Assembler a, Label done)
    {
        Label again = a.CreateLabel();
        a.cmp(At(nameof(BusLookupWork.State.Held)), 0);
        a.je(done);
        ExitLoop.Stamp(a);
        a.mov(r10, rax);
        a.add(r10, At(nameof(BusLookupWork.State.Held)));
        a.Label(ref again);
        ExitLoop.Stamp(a);
        a.cmp(rax, r10);
        a.jb(again);
    }

    /// <summary>
    /// At the loop's entry the stack is eight bytes off the sixteen that a call needs, and so it is after six registers were saved.
    /// </summary>
    private static void Call(Assembler a, string argument, string function)
    {
        a.mov(rdi, At(argument));
        a.sub(rsp, 8);
        a.call(At(function));
        a.add(rsp, 8);
        a.mov(rdi, LoopState.At(nameof(ExitLoopState.Fd)));
    }

    private static AssemblerMemoryOperand At(string field) => LoopState.At<BusLookupWork.State>(nameof(ExitLoopState.Bus), field);

    private static int Offset(string field) => LoopState.Offset<BusLookupWork.State>(nameof(ExitLoopState.Bus), field);
}
