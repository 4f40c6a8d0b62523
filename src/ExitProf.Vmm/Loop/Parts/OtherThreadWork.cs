using ExitProf.Linux;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>Another thread runs on the CPU before each entry.</summary>
/// <param name="Runs">False if the loop only could let it.</param>
public sealed record OtherThreadWork(bool Runs) : IVmmWork
{
    public LoopParts Part => LoopParts.OtherThread;

    internal sealed unsafe class Loop : ILoopPart
    {
        private OtherThread? thread;
        private ulong turnsBefore;

        /// <summary>Two system calls: a write that wakes the other thread, and a read that sleeps until it has answered.</summary>
        public void AssembleWork(Assembler a, Label stop)
        {
            const int SysRead = 0, SysWrite = 1;
            Label done = a.CreateLabel();
            a.mov(r10, rdi);
            a.mov(rdi, At(nameof(State.WakeFd)));
            a.test(rdi, rdi);
            a.jz(done);
            a.lea(rsi, At(nameof(State.One)));
            a.mov(edx, sizeof(ulong));
            a.mov(eax, SysWrite);
            a.syscall();
            a.mov(r8, rax);
            a.test(r8, r8);
            a.js(stop);
            a.mov(rdi, At(nameof(State.AnswerFd)));
            a.lea(rsi, At(nameof(State.Answered)));
            a.mov(edx, sizeof(ulong));
            a.mov(eax, SysRead);
            a.syscall();
            a.mov(r8, rax);
            a.test(r8, r8);
            a.js(stop);
            a.Label(ref done);
            a.mov(rdi, r10);
        }

        /// <summary>Makes the other thread on this CPU when it is first wanted.</summary>
        public void Prepare(in LoopRun run)
        {
            run.State->OtherThread.One = 1;
            if (run.Work.Find<OtherThreadWork>() is not { Runs: true }) return;
            thread ??= new OtherThread(LibC.sched_getcpu());
            (run.State->OtherThread.WakeFd, run.State->OtherThread.AnswerFd) = (thread.WakeFd, thread.AnswerFd);
            turnsBefore = thread.Turns;
        }

        public void Check(in LoopRun run)
        {
            if (run.State->OtherThread.WakeFd == 0) return;
            ulong turns = thread!.Turns - turnsBefore;
            if (turns != (ulong)run.Exits)
                throw new InvalidOperationException($"The other thread ran {turns} times instead of {run.Exits}.");
        }

        public void Dispose() => thread?.Dispose();

        private static AssemblerMemoryOperand At(string field) => LoopState.At<State>(nameof(ExitLoopState.OtherThread), field);
    }

    /// <summary>The other thread waits at the first descriptor and answers at the second one; the first is 0 if it is not to run.</summary>
    internal struct State
    {
        public long WakeFd;
        public long AnswerFd;
        public ulong One;
        public ulong Answered;
    }
}
