using System.Buffers.Binary;
using ExitProf.Vmm;
using Iced.Intel;

namespace ExitProf.Kvm.Tests.Emulation;

/// <summary>
/// An instruction of one encoding with random operands, and a state to execute it on in which its operand lies in the data.
/// </summary>
internal sealed record GeneratedInstruction(byte[] Bytes, MachineState State)
{
    private static readonly Register[] Gpr64 =
    [
        Register.RAX, Register.RBX, Register.RCX, Register.RDX, Register.RSI, Register.RDI, Register.RSP, Register.RBP,
        Register.R8, Register.R9, Register.R10, Register.R11, Register.R12, Register.R13, Register.R14, Register.R15,
    ];

    // Patterns at which carries, signs and masks change.
    private static readonly ulong[] Edges =
    [
        0,
        1,
        2,
        0x7f,
        0x80,
        0xff,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_ffff,
        0x1_0000_0000,
        long.MaxValue,
        0x8000_0000_0000_0000,
        ulong.MaxValue,
    ];

    /// <param name="rip">Where it is going to be.</param>
    public static GeneratedInstruction Make(Code code, ulong rip, Random random)
    {
        var regs = new KvmRegs();
        foreach (Register register in Gpr64) GuestRegisters.Write(ref regs, GuestRegisters.Index(register), Value(random), 8);
        regs.Rip = rip;
        // Exits are handled while RSP is what the guest left there: PVM wants an address.
        regs.Rsp = GuestLayout.StackTop;
        // Arithmetic flags at random; bit 1 is always set.
        regs.Rflags = ((ulong)random.Next() & 0x8d5) | 2;
        byte[] memory = new byte[EmulationBench.DataBytes];
        random.NextBytes(memory);
        byte[] vectors = new byte[2 * 16 * 16];
        random.NextBytes(vectors);

        EmulatedForm form = EmulatedForm.Of(code);
        int size = form.MemoryBytes;
        int offset =
            (form.Traits & InstructionTraits.Aligned) != 0 ? size * random.Next(EmulationBench.DataBytes / size)
            : random.Next(3) == 0 ? PageWalk.PageBytes - random.Next(size + 1)
            : random.Next(EmulationBench.DataBytes - size + 1);
        if (random.Next(3) == 0)
            BinaryPrimitives.WriteUInt64LittleEndian(memory.AsSpan(Math.Min(offset, memory.Length - 8)), Value(random));
        (MemoryOperand operand, bool ripRelative) = Operand(ref regs, EmulationBench.Data + (ulong)offset, random);

        var instruction = new Instruction { Code = code };
        OpCodeInfo info = code.ToOpCode();
        for (int i = 0; i < info.OpCount; i++) SetOperand(ref instruction, i, info.GetOpKind(i), operand, random);
        var bytes = new MemoryStream();
        var encoder = Encoder.Create(64, new StreamCodeWriter(bytes));
        encoder.Encode(instruction, rip);
        return new GeneratedInstruction(bytes.ToArray(), new MachineState(regs, vectors, memory));
    }

    private static ulong Value(Random random) =>
        random.Next(3) == 0 ? Edges[random.Next(Edges.Length)] : (ulong)random.NextInt64(long.MinValue, long.MaxValue);

    /// <summary>Any way to say the address, with registers set so that it is that one.</summary>
    private static (MemoryOperand Operand, bool RipRelative) Operand(ref KvmRegs regs, ulong target, Random random)
    {
        Register segment = random.Next(6) switch
        {
            0 => Register.FS,
            1 => Register.GS,
            _ => Register.None,
        };
        ulong offset = segment switch
        {
            Register.FS => target - EmulationBench.FsBase,
            Register.GS => target - EmulationBench.GsBase,
            _ => target,
        };
        switch (random.Next(8))
        {
            case 0:
                return (new MemoryOperand(Register.RIP, (long)offset, 8, false, segment), true);
            case 1:
                return (new MemoryOperand(Register.None, Register.None, 1, (long)offset, 4, false, segment), false);
        }
        Register @base = Gpr64[random.Next(Gpr64.Length)], index = Register.None;
        bool onStack = @base == Register.RSP, narrow = !onStack && random.Next(4) == 0;
        int scale = 1 << random.Next(4);
        int displacement = random.Next(3) switch { 0 => 0, 1 => random.Next(-128, 128), _ => random.Next(int.MinValue, int.MaxValue) };
        ulong rest = offset - (ulong)displacement;
        if (!onStack && random.Next(2) == 0)
        {
            do index = Gpr64[random.Next(Gpr64.Length)];
            while (index == Register.RSP || index == @base);
            rest -= GuestRegisters.Read(regs, GuestRegisters.Index(index)) * (ulong)scale;
        }
        // Above the width of the address anything may stand.
        if (narrow) rest = (uint)rest | (ulong)random.Next() << 32;
        GuestRegisters.Write(ref regs, GuestRegisters.Index(@base), rest, 8);
        Register Width(Register register) => !narrow || register == Register.None ? register : register - Register.RAX + Register.EAX;
        return (
            new MemoryOperand(
                Width(@base),
                Width(index),
                index == Register.None ? 1 : scale,
                displacement,
                displacement == 0 ? 0
                    : displacement is >= -128 and < 128 ? 1
                    : narrow ? 4
                    : 8,
                false,
                segment
            ),
            false
        );
    }

    private static void SetOperand(ref Instruction instruction, int operand, OpCodeOperandKind kind, MemoryOperand memory, Random random)
    {
        string name = kind.ToString();
        if (name.Contains("mem", StringComparison.Ordinal))
        {
            instruction.SetOpKind(operand, OpKind.Memory);
            instruction.MemoryBase = memory.Base;
            instruction.MemoryIndex = memory.Index;
            instruction.MemoryIndexScale = memory.Scale;
            instruction.MemoryDisplSize = memory.DisplSize;
            instruction.MemoryDisplacement64 = (ulong)memory.Displacement;
            instruction.SegmentPrefix = memory.SegmentPrefix;
            return;
        }
        if (name.StartsWith("imm8", StringComparison.Ordinal))
        {
            instruction.SetOpKind(operand, OpKind.Immediate8);
            instruction.Immediate8 = (byte)random.Next(256);
            return;
        }
        Register first = name[..3] switch
        {
            "r16" => Register.AX,
            "r32" => Register.EAX,
            "r64" => Register.RAX,
            "xmm" => Register.XMM0,
            "ymm" => Register.YMM0,
            _ => throw new InvalidOperationException($"operand {name}"),
        };
        instruction.SetOpRegister(operand, first + random.Next(16));
    }
}
