using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>
/// A unit of guest work: a number of turns of one loop, with exits spread evenly among them. How many exits there are stands in the guest's
/// memory, so that it can change from one run to the next without another program.
/// </summary>
/// <param name="Turns">Of the loop, in one unit.</param>
/// <param name="InstructionsPerTurn">Those of <paramref name="Turn"/> and the two that count turns.</param>
/// <param name="Begin">Sets up what the turns work with.</param>
/// <param name="Turn">The work. It may use rax, rcx, rdx, rsi, r8 and r11; what rbx holds at the end is the unit's checksum.</param>
/// <param name="Exit">The instructions of an exit. They may use rax, rcx and rdx.</param>
public sealed record GuestWork(int Turns, int InstructionsPerTurn, Action<Assembler> Begin, Action<Assembler> Turn, Action<Assembler> Exit)
{
    /// <summary>
    /// The instructions of one unit, exact by construction; what enters and leaves the turns around an exit is not counted.
    /// </summary>
    public long Instructions => (long)Turns * InstructionsPerTurn;

    /// <summary>A unit with its exits; each adds one to the checksum, so that it tells if one was left out.</summary>
    public void Unit(Assembler a)
    {
        Label part = a.CreateLabel(), turn = a.CreateLabel(), done = a.CreateLabel();
        Begin(a);
        a.xor(edi, edi);
        a.mov(r10d, __dword_ptr[GuestLayout.WorkExits]);
        a.Label(ref part);
        a.mov(r9d, __dword_ptr[GuestLayout.WorkTurns]);
        a.test(r10d, r10d);
        a.cmovz(r9d, __dword_ptr[GuestLayout.WorkLastTurns]);
        a.Label(ref turn);
        Turn(a);
        a.dec(r9d);
        a.jnz(turn);
        a.test(r10d, r10d);
        a.jz(done);
        Exit(a);
        a.inc(rdi);
        a.dec(r10d);
        a.jmp(part);
        a.Label(ref done);
        a.add(rbx, rdi);
    }

    /// <summary>Tells the guest how many exits the units to come have.</summary>
    public void Ask(Guest guest, int exits)
    {
        int turns = Turns / (exits + 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(turns, 1);
        guest.WriteWord(GuestLayout.WorkExits, (uint)exits | (ulong)turns << 32);
        guest.WriteWord(GuestLayout.WorkLastTurns, (ulong)(Turns - (long)turns * exits));
    }
}
