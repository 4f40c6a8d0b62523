using ExitProf.Linux;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>The device copies memory.</summary>
public sealed record CopyWork(int Bytes) : IVmmWork
{
    public const int MostBytes = 16384;

    public LoopParts Part => LoopParts.Copy;

    internal sealed unsafe class Loop : ILoopPart
    {
        private readonly LockedMemory from = new(MostBytes);
        private readonly LockedMemory to = new(MostBytes);

        public Loop()
        {
            for (int i = 0; i < MostBytes; i++) from.Span[i] = (byte)(i % 251 + 1);
        }

        public void AssembleWork(Assembler a, Label stop)
        {
            a.mov(r10, rdi);
            a.mov(rsi, At(nameof(State.From)));
            a.mov(rdi, At(nameof(State.To)));
            a.mov(rcx, At(nameof(State.Bytes)));
            a.rep.movsb();
            a.mov(rdi, r10);
        }

        public void Prepare(in LoopRun run)
        {
            if (run.Work.Find<CopyWork>() is not { } work) return;
            run.State->Copy = new State { From = (byte*)from.Address, To = (byte*)to.Address, Bytes = (ulong)work.Bytes };
            to.Span.Clear();
        }

        public void Check(in LoopRun run)
        {
            if (run.Work.Find<CopyWork>() is not { Bytes: var bytes }) return;
            if (to.Span[..bytes].SequenceEqual(from.Span[..bytes]) && !to.Span[bytes..].ContainsAnyExcept((byte)0)) return;
            throw new InvalidOperationException($"The loop did not copy {bytes} bytes.");
        }

        public void Dispose()
        {
            from.Dispose();
            to.Dispose();
        }

        private static AssemblerMemoryOperand At(string field) => LoopState.At<State>(nameof(ExitLoopState.Copy), field);
    }

    internal unsafe struct State
    {
        public byte* From;
        public byte* To;
        public ulong Bytes;
    }
}
