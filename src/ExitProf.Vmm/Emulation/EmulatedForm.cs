using Iced.Intel;

namespace ExitProf.Vmm;

/// <summary>How an encoding of Iced's is emulated, whatever its operands are.</summary>
/// <param name="RegisterOperand">Which operand is the register.</param>
/// <param name="SecondOperand">Which one is a second register; -1 for none.</param>
/// <param name="Lanes">How many lanes an immediate chooses from; 0 if it does not.</param>
internal readonly record struct EmulatedForm(
    Operation Operation,
    byte MemoryBytes,
    sbyte RegisterOperand = 0,
    sbyte SecondOperand = -1,
    byte RegisterBytes = 0,
    byte RegisterOffset = 0,
    byte Lanes = 0,
    VectorRest Rest = VectorRest.ZeroTo128,
    InstructionTraits Traits = InstructionTraits.None)
{
    /// <summary>By number of <see cref="Code"/>; <see cref="Operation.None"/> where an instruction is not emulated.</summary>
    private static readonly EmulatedForm[] Forms = Table();

    /// <summary>Every encoding that is emulated.</summary>
    public static IEnumerable<Code> All =>
        Enumerable.Range(0, Forms.Length).Where(i => Forms[i].Operation != Operation.None).Select(i => (Code)i);

    public static EmulatedForm Of(Code code) => Forms[(int)code];

    private static EmulatedForm[] Table()
    {
        var forms = new EmulatedForm[Enum.GetValues<Code>().Max(c => (int)c) + 1];
        General(forms);
        Sse(forms);
        Vex(forms);
        return forms;
    }

    private static void General(EmulatedForm[] forms)
    {
        Set(new(Operation.Popcnt, 2, RegisterBytes: 2), Code.Popcnt_r16_rm16);
        Set(new(Operation.Popcnt, 4, RegisterBytes: 4), Code.Popcnt_r32_rm32);
        Set(new(Operation.Popcnt, 8, RegisterBytes: 8), Code.Popcnt_r64_rm64);
        Set(new(Operation.Crc32, 1, RegisterBytes: 4), Code.Crc32_r32_rm8);
        Set(new(Operation.Crc32, 2, RegisterBytes: 4), Code.Crc32_r32_rm16);
        Set(new(Operation.Crc32, 4, RegisterBytes: 4), Code.Crc32_r32_rm32);
        Set(new(Operation.Crc32, 1, RegisterBytes: 8), Code.Crc32_r64_rm8);
        Set(new(Operation.Crc32, 8, RegisterBytes: 8), Code.Crc32_r64_rm64);
        Set(new(Operation.Bextr, 4, SecondOperand: 2, RegisterBytes: 4), Code.VEX_Bextr_r32_rm32_r32);
        Set(new(Operation.Bextr, 8, SecondOperand: 2, RegisterBytes: 8), Code.VEX_Bextr_r64_rm64_r64);
        Set(new(Operation.Adcx, 4, RegisterBytes: 4), Code.Adcx_r32_rm32);
        Set(new(Operation.Adcx, 8, RegisterBytes: 8), Code.Adcx_r64_rm64);
        Set(new(Operation.Adox, 4, RegisterBytes: 4), Code.Adox_r32_rm32);
        Set(new(Operation.Adox, 8, RegisterBytes: 8), Code.Adox_r64_rm64);

        void Set(EmulatedForm form, Code code) => forms[(int)code] = form;
    }

    private static void Sse(EmulatedForm[] forms)
    {
        Store(4, 0, Code.Movd_rm32_xmm, Code.Movss_xmmm32_xmm);
        Store(8, 0, Code.Movq_rm64_xmm, Code.Movq_xmmm64_xmm, Code.Movsd_xmmm64_xmm, Code.Movlps_m64_xmm, Code.Movlpd_m64_xmm);
        Store(8, 8, Code.Movhps_m64_xmm, Code.Movhpd_m64_xmm);
        Extract(1, 16, Code.Pextrb_r32m8_xmm_imm8, Code.Pextrb_r64m8_xmm_imm8);
        Extract(2, 8, Code.Pextrw_r32m16_xmm_imm8, Code.Pextrw_r64m16_xmm_imm8);
        Extract(4, 4, Code.Pextrd_rm32_xmm_imm8, Code.Extractps_rm32_xmm_imm8, Code.Extractps_r64m32_xmm_imm8);
        Extract(8, 2, Code.Pextrq_rm64_xmm_imm8);
        Load(4, 0, VectorRest.ZeroTo128, Code.Movd_xmm_rm32, Code.Movss_xmm_xmmm32);
        Load(8, 0, VectorRest.ZeroTo128, Code.Movq_xmm_rm64, Code.Movq_xmm_xmmm64, Code.Movsd_xmm_xmmm64);
        Load(8, 0, VectorRest.Keep, Code.Movlps_xmm_m64, Code.Movlpd_xmm_m64);
        Load(8, 8, VectorRest.Keep, Code.Movhps_xmm_m64, Code.Movhpd_xmm_m64);
        Load(16, 0, VectorRest.ZeroTo128, Code.Lddqu_xmm_m128);

        void Store(byte bytes, byte offset, params ReadOnlySpan<Code> codes)
        {
            foreach (Code code in codes) forms[(int)code] = new(Operation.StoreVector, bytes, RegisterOperand: 1, RegisterOffset: offset);
        }

        void Extract(byte bytes, byte lanes, params ReadOnlySpan<Code> codes)
        {
            foreach (Code code in codes) forms[(int)code] = new(Operation.StoreVector, bytes, RegisterOperand: 1, Lanes: lanes);
        }

        void Load(byte bytes, byte offset, VectorRest rest, params ReadOnlySpan<Code> codes)
        {
            foreach (Code code in codes) forms[(int)code] = new(Operation.LoadVector, bytes, RegisterOffset: offset, Rest: rest);
        }
    }

    private static void Vex(EmulatedForm[] forms)
    {
        const InstructionTraits Vex = InstructionTraits.Vex, Aligned = InstructionTraits.Vex | InstructionTraits.Aligned;
        Store(4, 0, Vex, Code.VEX_Vmovd_rm32_xmm, Code.VEX_Vmovss_m32_xmm);
        Store(8, 0, Vex, Code.VEX_Vmovq_rm64_xmm, Code.VEX_Vmovq_xmmm64_xmm, Code.VEX_Vmovsd_m64_xmm,
            Code.VEX_Vmovlps_m64_xmm, Code.VEX_Vmovlpd_m64_xmm);
        Store(8, 8, Vex, Code.VEX_Vmovhps_m64_xmm, Code.VEX_Vmovhpd_m64_xmm);
        Store(16, 0, Vex, Code.VEX_Vmovups_xmmm128_xmm, Code.VEX_Vmovupd_xmmm128_xmm, Code.VEX_Vmovdqu_xmmm128_xmm);
        Store(32, 0, Vex, Code.VEX_Vmovups_ymmm256_ymm, Code.VEX_Vmovupd_ymmm256_ymm, Code.VEX_Vmovdqu_ymmm256_ymm);
        Store(16, 0, Aligned, Code.VEX_Vmovaps_xmmm128_xmm, Code.VEX_Vmovapd_xmmm128_xmm, Code.VEX_Vmovdqa_xmmm128_xmm,
            Code.VEX_Vmovntps_m128_xmm, Code.VEX_Vmovntpd_m128_xmm, Code.VEX_Vmovntdq_m128_xmm);
        Store(32, 0, Aligned, Code.VEX_Vmovaps_ymmm256_ymm, Code.VEX_Vmovapd_ymmm256_ymm, Code.VEX_Vmovdqa_ymmm256_ymm,
            Code.VEX_Vmovntps_m256_ymm, Code.VEX_Vmovntpd_m256_ymm, Code.VEX_Vmovntdq_m256_ymm);
        Load(4, Vex, Code.VEX_Vmovd_xmm_rm32, Code.VEX_Vmovss_xmm_m32);
        Load(8, Vex, Code.VEX_Vmovq_xmm_rm64, Code.VEX_Vmovq_xmm_xmmm64, Code.VEX_Vmovsd_xmm_m64);
        Load(16, Vex, Code.VEX_Vmovups_xmm_xmmm128, Code.VEX_Vmovupd_xmm_xmmm128, Code.VEX_Vmovdqu_xmm_xmmm128, Code.VEX_Vlddqu_xmm_m128);
        Load(32, Vex, Code.VEX_Vmovups_ymm_ymmm256, Code.VEX_Vmovupd_ymm_ymmm256, Code.VEX_Vmovdqu_ymm_ymmm256, Code.VEX_Vlddqu_ymm_m256);
        Load(16, Aligned, Code.VEX_Vmovaps_xmm_xmmm128, Code.VEX_Vmovapd_xmm_xmmm128, Code.VEX_Vmovdqa_xmm_xmmm128,
            Code.VEX_Vmovntdqa_xmm_m128);
        Load(32, Aligned, Code.VEX_Vmovaps_ymm_ymmm256, Code.VEX_Vmovapd_ymm_ymmm256, Code.VEX_Vmovdqa_ymm_ymmm256,
            Code.VEX_Vmovntdqa_ymm_m256);
        Half(0, Code.VEX_Vmovlps_xmm_xmm_m64, Code.VEX_Vmovlpd_xmm_xmm_m64);
        Half(8, Code.VEX_Vmovhps_xmm_xmm_m64, Code.VEX_Vmovhpd_xmm_xmm_m64);

        void Store(byte bytes, byte offset, InstructionTraits traits, params ReadOnlySpan<Code> codes)
        {
            Fill(codes, new(Operation.StoreVector, bytes, RegisterOperand: 1, RegisterOffset: offset, Traits: traits));
        }

        void Load(byte bytes, InstructionTraits traits, params ReadOnlySpan<Code> codes)
        {
            Fill(codes, new(Operation.LoadVector, bytes, Rest: VectorRest.Zero, Traits: traits));
        }

        void Half(byte offset, params ReadOnlySpan<Code> codes)
        {
            const VectorRest Other = VectorRest.OtherHalf;
            Fill(codes, new(Operation.LoadVector, 8, SecondOperand: 1, RegisterOffset: offset, Rest: Other, Traits: Vex));
        }

        void Fill(ReadOnlySpan<Code> codes, EmulatedForm form)
        {
            foreach (Code code in codes) forms[(int)code] = form;
        }
    }
}
