using ExitProf.Linux;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>
/// A second thread on the CPU of the vCPU's, which sleeps until it is woken, counts, and wakes the other one. It does so in native code: a
/// managed thread would take its own time before it sleeps again.
/// </summary>
internal sealed unsafe class OtherThread : IDisposable
{
    private readonly KvmHandle wake = VirtualMachine.CreateEventfd(blocking: true);
    private readonly KvmHandle answer = VirtualMachine.CreateEventfd(blocking: true);
    private readonly LockedMemory memory = new(sizeof(State));
    private readonly NativeCode code = new(Assemble());
    private readonly VcpuThread thread;

    /// <param name="cpu">Where both threads run, one at a time.</param>
    public OtherThread(int cpu)
    {
        *Shared = new State { WakeFd = wake.Fd, AnswerFd = answer.Fd, Value = 0, Turns = 0 };
        thread = new VcpuThread(cpu);
        thread.Start(() =>
        {
            if (!thread.Favoured) WaitForTheCpu();
            ((delegate* unmanaged<State*, void>)code.Address)(Shared);
        });
    }

    public int WakeFd => wake.Fd;

    public int AnswerFd => answer.Fd;

    /// <summary>How often it ran.</summary>
    public ulong Turns => Volatile.Read(ref Shared->Turns);

    private State* Shared => (State*)memory.Address;

    public void Dispose()
    {
        Volatile.Write(ref Shared->Stop, 1);
        ulong one = 1;
        _ = LibC.write(wake.Fd, &one, sizeof(ulong));
        thread.Dispose();
        wake.Dispose();
        answer.Dispose();
        code.Dispose();
        memory.Dispose();
    }

    /// <summary>
    /// Waits as a batch thread. An ordinary thread that wakes up may take the CPU at once, in the middle of the call that woke it, or not
    /// before the other one sleeps: two sequences of events for one kind of exit. A batch thread never preempts by waking up (sched(7)), as
    /// one real-time thread does not preempt another of its priority.
    /// </summary>
    private static void WaitForTheCpu()
    {
        int none = 0;
        // Where it is refused, exits of the other sequence are counted as out of order.
        _ = LibC.sched_setscheduler(0, LibC.SCHED_BATCH, &none);
    }

    private static Assembler Assemble()
    {
        const int SysRead = 0, SysWrite = 1;
        var a = new Assembler(64);
        Label again = a.CreateLabel(), end = a.CreateLabel();
        a.push(rbx);
        a.mov(rbx, rdi);
        a.Label(ref again);
        Call(SysRead, nameof(State.WakeFd));
        a.cmp(__qword_ptr[rbx + Offset(nameof(State.Stop))], 0);
        a.jne(end);
        a.inc(__qword_ptr[rbx + Offset(nameof(State.Turns))]);
        a.mov(__qword_ptr[rbx + Offset(nameof(State.Value))], 1);
        Call(SysWrite, nameof(State.AnswerFd));
        a.jmp(again);
        a.Label(ref end);
        a.pop(rbx);
        a.ret();
        return a;

        void Call(int number, string descriptor)
        {
            a.mov(rdi, __qword_ptr[rbx + Offset(descriptor)]);
            a.lea(rsi, __qword_ptr[rbx + Offset(nameof(State.Value))]);
            a.mov(edx, sizeof(ulong));
            a.mov(eax, number);
            a.syscall();
        }
    }

    private static int Offset(string field) => (int)System.Runtime.InteropServices.Marshal.OffsetOf<State>(field);

    private struct State
    {
        public long WakeFd;
        public long AnswerFd;
        public ulong Value;
        public ulong Turns;
        public long Stop;
    }
}
