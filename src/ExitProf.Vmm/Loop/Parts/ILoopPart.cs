using Iced.Intel;

namespace ExitProf.Vmm;

/// <summary>
/// One kind of work in the native loop of a runner: the code that does it, what that needs for a run, and what is checked after one.
/// Registers are those of <see cref="ExitLoop"/>; rax, rcx, rdx, rsi and r8 to r11 may be used, rdi has to be kept.
/// </summary>
internal interface ILoopPart : IDisposable
{
    /// <summary>Adds code that looks at the exit before it is counted; r8 and r9 have to be kept.</summary>
    /// <param name="stop">Where the loop ends; the exit is then the caller's.</param>
    void AssembleCheck(Assembler a, Label stop)
    {
    }

    /// <summary>Adds code that finds out the answer.</summary>
    /// <param name="stop">Where the loop ends, with the result in r8.</param>
    /// <param name="withStamps">False if the loop stores no stamps.</param>
    void AssembleLookup(Assembler a, Label stop, bool withStamps)
    {
    }

    /// <summary>Adds code that runs once the answer is given.</summary>
    /// <param name="stop">Where the loop ends, with the result in r8.</param>
    void AssembleWork(Assembler a, Label stop)
    {
    }

    /// <summary>Adds code that runs when the loop has ended.</summary>
    void AssembleEnd(Assembler a)
    {
    }

    /// <summary>
    /// Fills the loop's state, which is all zero. Called on the vCPU thread. Allocates nothing but what is kept for further runs.
    /// </summary>
    void Prepare(in LoopRun run);

    /// <summary>Looks whether the work of a run was done.</summary>
    /// <exception cref="InvalidOperationException">It was not.</exception>
    void Check(in LoopRun run)
    {
    }

    /// <summary>The calls besides KVM_RUN in which the loop may have failed; null if there are none.</summary>
    string? Calls(VmmWork work) => null;

    void IDisposable.Dispose()
    {
    }
}
