using System.Buffers.Binary;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>Puts the host's vector registers into a known state, and looks whether they still are in it after the last exit.</summary>
internal static class HostVectors
{
    // Bits of XCR0: SSE, AVX, the three of AVX-512. x87 is left alone.
    private const int Components = 0xe6;

    // The first fields of an XSAVE area: Intel SDM volume 1, 13.4.1. MXCSR is always loaded; 0x1f80 is its value after a reset.
    private const int MxcsrOffset = 24;
    private const uint Mxcsr = 0x1f80;

    private static readonly AssemblerRegisterYMM[] Ymm =
    [
        ymm0,
        ymm1,
        ymm2,
        ymm3,
        ymm4,
        ymm5,
        ymm6,
        ymm7,
        ymm8,
        ymm9,
        ymm10,
        ymm11,
        ymm12,
        ymm13,
        ymm14,
        ymm15,
    ];

    private static readonly AssemblerRegisterZMM[] Zmm =
    [
        zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm6, zmm7, zmm8, zmm9, zmm10, zmm11, zmm12, zmm13, zmm14, zmm15,
        zmm16, zmm17, zmm18, zmm19, zmm20, zmm21, zmm22, zmm23, zmm24, zmm25, zmm26, zmm27, zmm28, zmm29, zmm30, zmm31,
    ];

    private static readonly AssemblerRegisterK[] Masks = [k0, k1, k2, k3, k4, k5, k6, k7];

    public static void MakeClean(Span<byte> area) => BinaryPrimitives.WriteUInt32LittleEndian(area[MxcsrOffset..], Mxcsr);

    /// <summary>What one state leaves must not be there in the next: all of them begin with a clean one. Uses rax, rcx and rdx.</summary>
    public static void Set(Assembler a, AssemblerMemoryOperand state, AssemblerMemoryOperand clean)
    {
        Label done = a.CreateLabel(), ymm = a.CreateLabel();
        a.mov(rcx, clean);
        a.mov(eax, Components);
        a.xor(edx, edx);
        a.xrstor(__[rcx]);
        a.mov(rcx, state);
        a.cmp(rcx, (int)VectorState.Ymm);
        a.jb(done);
        a.je(ymm);
        foreach (AssemblerRegisterZMM register in Zmm) a.vpternlogd(register, register, register, 0xff);
        foreach (AssemblerRegisterK mask in Masks) a.kxnorw(mask, mask, mask);
        a.jmp(done);
        a.Label(ref ymm);
        foreach (AssemblerRegisterYMM register in Ymm) a.vpcmpeqd(register, register, register);
        a.Label(ref done);
        a.nop();
    }

    public static void Store(Assembler a, AssemblerMemoryOperand to)
    {
        a.vmovdqu(to, ymm7);
        a.vzeroupper();
    }

    public static bool IsIn(VectorState state, ReadOnlySpan<ulong> register) =>
        !register.ContainsAnyExcept(state == VectorState.Clean ? 0 : ulong.MaxValue);
}
