namespace ExitProf.Vmm;

/// <summary>A decoded instruction in the form in which it is emulated: what the cache keeps.</summary>
/// <param name="Operation">Never <see cref="Operation.None"/>.</param>
/// <param name="Length">Of the instruction, in bytes.</param>
/// <param name="Address">Of the operand in memory.</param>
/// <param name="MemoryBytes">Of that operand.</param>
/// <param name="Register">The other operand: an index into the registers of <see cref="KvmRegs"/>, or a vector register's number.</param>
/// <param name="Second">A second register of the same kind, where there is one.</param>
/// <param name="RegisterBytes">Width of a general register that is written: 2, 4 or 8.</param>
/// <param name="RegisterOffset">Where in the vector register the bytes are.</param>
/// <param name="Traits">What a CPU checks before it executes it.</param>
public readonly record struct EmulatedInstruction(
    Operation Operation,
    byte Length,
    OperandAddress Address,
    byte MemoryBytes,
    byte Register,
    byte Second = 0,
    byte RegisterBytes = 0,
    byte RegisterOffset = 0,
    VectorRest Rest = VectorRest.ZeroTo128,
    InstructionTraits Traits = InstructionTraits.None)
{
    public bool Stores => Operation == Operation.StoreVector;

    public bool UsesVectorState => Operation is Operation.LoadVector or Operation.StoreVector;
}

[Flags]
public enum InstructionTraits : byte
{
    None = 0,

    /// <summary>An operand that is not aligned to its size is a #GP.</summary>
    Aligned = 1,

    /// <summary>Vector instruction with a VEX prefix: wants CR4.OSXSAVE.</summary>
    Vex = 2,
}

/// <summary>
/// How the linear address of an operand comes about: base + index · 2^shift + displacement, cut to the address size, plus FS or GS.
/// </summary>
/// <param name="Base">Index into the registers of <see cref="KvmRegs"/>, <see cref="NoRegister"/> for none. RIP is already in the
/// displacement.</param>
/// <param name="ShortAddress">Address size of 32 bits.</param>
/// <param name="OnStack">Based on RSP or RBP: an address that is not canonical is then a #SS.</param>
public readonly record struct OperandAddress(
    byte Base,
    byte Index,
    byte Shift,
    bool ShortAddress,
    bool OnStack,
    OperandSegment Segment,
    ulong Displacement
)
{
    public const byte NoRegister = 0xff;

    public ulong Linear(in KvmRegs regs, in KvmSregs sregs)
    {
        ulong address = Displacement;
        if (Base != NoRegister) address += GuestRegisters.Read(regs, Base);
        if (Index != NoRegister) address += GuestRegisters.Read(regs, Index) << Shift;
        if (ShortAddress) address = (uint)address;
        if (Segment == OperandSegment.Fs) address += sregs.Fs.Base;
        else if (Segment == OperandSegment.Gs) address += sregs.Gs.Base;
        return address;
    }
}

/// <summary>The only segments that have a base in 64-bit mode.</summary>
public enum OperandSegment : byte
{
    Flat,
    Fs,
    Gs,
}
