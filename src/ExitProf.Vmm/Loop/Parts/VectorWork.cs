using ExitProf.Linux;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>In what state the VMM leaves its vector registers when it enters the guest.</summary>
public enum VectorState
{
    /// <summary>As after a reset: the CPU knows that there is nothing to save.</summary>
    Clean,

    /// <summary>All 256 bits of the 16 registers of AVX.</summary>
    Ymm,

    /// <summary>All 512 bits of the 32 registers of AVX-512, and its masks.</summary>
    Zmm,
}

/// <summary>The vector registers are put into a state before each entry.</summary>
public sealed record VectorWork(VectorState Left) : IVmmWork
{
    public LoopParts Part => LoopParts.Vectors;

    internal sealed unsafe class Loop : ILoopPart
    {
        private readonly LockedMemory clean = new(Environment.SystemPageSize);

        public Loop() => HostVectors.MakeClean(clean.Span);

        public void AssembleWork(Assembler a, Label stop) => HostVectors.Set(a, At(nameof(State.Wanted)), At(nameof(State.Clean)));

        public void AssembleEnd(Assembler a) =>
            HostVectors.Store(a, __ymmword_ptr[rbx + LoopState.Offset<State>(nameof(ExitLoopState.Vectors), nameof(State.Last))]);

        public void Prepare(in LoopRun run)
        {
            run.State->Vectors.Wanted = (long)(run.Work.Find<VectorWork>()?.Left ?? VectorState.Clean);
            run.State->Vectors.Clean = clean.Address;
        }

        public void Check(in LoopRun run)
        {
            if (
                run.Work.Find<VectorWork>() is not { } work
                || HostVectors.IsIn(work.Left, new ReadOnlySpan<ulong>(run.State->Vectors.Last, 4))
            )
                return;
            throw new InvalidOperationException($"The host's vector registers are not {work.Left} after the run.");
        }

        public void Dispose() => clean.Dispose();

        private static AssemblerMemoryOperand At(string field) => LoopState.At<State>(nameof(ExitLoopState.Vectors), field);
    }

    internal unsafe struct State
    {
        /// <summary>A <see cref="VectorState"/>.</summary>
        public long Wanted;

        /// <summary>An XSAVE area that sets nothing but MXCSR.</summary>
        public void* Clean;

        /// <summary>The seventh vector register when the run ended.</summary>
        public fixed ulong Last[4];
    }
}
