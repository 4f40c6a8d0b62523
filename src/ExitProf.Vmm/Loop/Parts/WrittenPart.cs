using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>Compares what the guest wrote to a port with what it should write (<see cref="ExpectedExit.Written"/>).</summary>
internal sealed unsafe class WrittenPart : ILoopPart
{
    public void AssembleCheck(Assembler a, Label stop)
    {
        a.mov(rcx, At(nameof(State.Address)));
        a.mov(rax, __qword_ptr[rcx]);
        a.and(rax, At(nameof(State.Mask)));
        a.cmp(rax, At(nameof(State.Value)));
        a.jne(stop);
    }

    public void Prepare(in LoopRun run)
    {
        PortData data = run.Expected.Written ?? default;
        run.State->Written = new State
        {
            Address = (ulong*)((byte*)run.RunPage + ExpectedExit.PioData),
            Mask = data.Mask,
            Value = data.Value,
        };
    }

    private static AssemblerMemoryOperand At(string field) => LoopState.At<State>(nameof(ExitLoopState.Written), field);

    /// <summary>Eight bytes that hold what the guest wrote in the bits of the mask.</summary>
    internal struct State
    {
        public ulong* Address;
        public ulong Mask;
        public ulong Value;
    }
}
