using System.Runtime.CompilerServices;
using Iced.Intel;

namespace ExitProf.Vmm;

internal enum DecodeResult
{
    Decoded,

    /// <summary>The instruction goes on behind the bytes that there are.</summary>
    NeedsMoreBytes,

    /// <summary>No instruction of any CPU.</summary>
    Invalid,

    /// <summary>An instruction that is not emulated: KVM does not hand it over, or nobody has asked for it yet.</summary>
    Unsupported,
}

/// <summary>
/// Decodes 64-bit code (by Iced) and translates it into the form in which it is emulated. Allocates nothing.
/// </summary>
public sealed class InstructionDecoder
{
    private readonly Bytes reader = new();
    private readonly Decoder decoder;

    public InstructionDecoder() => decoder = Decoder.Create(64, reader);

    /// <summary>What was decoded last, supported or not.</summary>
    internal Mnemonic Mnemonic { get; private set; }

    internal int Length { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal DecodeResult Decode(in InstructionBytes bytes, ulong rip, out EmulatedInstruction emulated)
    {
        emulated = default;
        reader.Begin(bytes);
        decoder.IP = rip;
        decoder.Decode(out Instruction instruction);
        Mnemonic = instruction.Mnemonic;
        Length = instruction.Length;
        if (decoder.LastError == DecoderError.NoMoreBytes)
            return bytes.Count < InstructionBytes.Most ? DecodeResult.NeedsMoreBytes : DecodeResult.Invalid;
        if (decoder.LastError != DecoderError.None)
            return DecodeResult.Invalid;
        EmulatedForm form = EmulatedForm.Of(instruction.Code);
        if (form.Operation == Operation.None || !Memory(instruction)) return DecodeResult.Unsupported;
        // XACQUIRE and the like change nothing here, but a LOCK prefix is an #UD on all of these, and Iced says so itself.
        emulated = Translate(instruction, form);
        return DecodeResult.Decoded;
    }

    /// <summary>
    /// All emulated instructions have exactly one operand in memory, the first or the last but for an immediate or BEXTR's control.
    /// </summary>
    private static bool Memory(in Instruction instruction)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) == OpKind.Memory) return true;
        }
        return false;
    }

    private static EmulatedInstruction Translate(in Instruction instruction, EmulatedForm form)
    {
        bool rip = instruction.IsIPRelativeMemoryOperand;
        Register @base = rip ? Register.None : instruction.MemoryBase;
        byte shift = instruction.MemoryIndexScale switch { 2 => 1, 4 => 2, 8 => 3, _ => 0 };
        // The encoding says 32-bit addresses by its prefix; Iced shows it in the width of the registers, or of the displacement alone.
        bool narrow = rip
            ? instruction.MemoryBase == Register.EIP
            : @base.IsGPR32()
                || instruction.MemoryIndex.IsGPR32()
                || (@base == Register.None && instruction.MemoryIndex == Register.None && instruction.MemoryDisplSize == 4);
        OperandSegment segment = instruction.MemorySegment switch
        {
            Register.FS => OperandSegment.Fs,
            Register.GS => OperandSegment.Gs,
            _ => OperandSegment.Flat,
        };
        bool stack =
            segment == OperandSegment.Flat
            && instruction.SegmentPrefix == Register.None
            && @base.GetFullRegister() is Register.RSP or Register.RBP;
        var address = new OperandAddress(
            GuestRegisters.Index(@base),
            GuestRegisters.Index(instruction.MemoryIndex),
            shift,
            narrow,
            stack,
            segment,
            instruction.MemoryDisplacement64
        );
        byte offset = form.RegisterOffset;
        if (form.Lanes != 0) offset = (byte)((instruction.Immediate8 & (form.Lanes - 1)) * form.MemoryBytes);
        return new EmulatedInstruction(
            form.Operation,
            (byte)instruction.Length,
            address,
            form.MemoryBytes,
            Number(instruction, form.RegisterOperand),
            form.SecondOperand < 0 ? (byte)0 : Number(instruction, form.SecondOperand),
            form.RegisterBytes,
            offset,
            form.Rest,
            form.Traits
        );
    }

    private static byte Number(in Instruction instruction, int operand)
    {
        Register register = instruction.GetOpRegister(operand);
        return register.IsGPR() ? GuestRegisters.Index(register) : (byte)register.GetNumber();
    }

    private sealed class Bytes : CodeReader
    {
        private InstructionBytes bytes;
        private int next;

        public void Begin(in InstructionBytes bytes)
        {
            this.bytes = bytes;
            next = 0;
        }

        public override int ReadByte() => next < bytes.Count ? bytes[next++] : -1;
    }
}
