using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>The device takes longer: a cost that is planted to see where it is found.</summary>
/// <param name="Cycles">TSC cycles of a busy-wait.</param>
/// <param name="Instructions">Instructions that are executed.</param>
public sealed record DelayWork(ulong Cycles, ulong Instructions) : IVmmWork
{
    public LoopParts Part => Cycles > 0 || Instructions > 0 ? LoopParts.Delay : LoopParts.None;

    internal sealed unsafe class Loop : ILoopPart
    {
        public void AssembleWork(Assembler a, Label stop)
        {
            Label again = a.CreateLabel();
            ExitLoop.Stamp(a);
            a.mov(r10, rax);
            a.add(r10, At(nameof(State.Cycles)));
            a.Label(ref again);
            ExitLoop.Stamp(a);
            a.cmp(rax, r10);
            a.jb(again);

            // One instruction a turn: where the clock counts instructions, n turns are n ticks more.
            Label turn = a.CreateLabel(), done = a.CreateLabel();
            a.mov(rcx, At(nameof(State.Instructions)));
            a.jrcxz(done);
            a.Label(ref turn);
            a.loop(turn);
            a.Label(ref done);
            a.nop();
        }

        public void Prepare(in LoopRun run)
        {
            if (run.Work.Find<DelayWork>() is { } work)
                run.State->Delay = new State { Cycles = work.Cycles, Instructions = work.Instructions };
        }

        private static AssemblerMemoryOperand At(string field) => LoopState.At<State>(nameof(ExitLoopState.Delay), field);
    }

    internal struct State
    {
        public ulong Cycles;
        public ulong Instructions;
    }
}
