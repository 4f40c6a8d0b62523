using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>Reads the bodies of kvm_exit, which differ most from kernel to kernel and from architecture to architecture.</summary>
internal static class KvmExitBody
{
    /// <summary>scause of an exception; interrupts have the highest bit set.</summary>
    private const ulong RiscvInterrupt = 1UL << 63;

    /// <summary>ARM_EXCEPTION_TRAP of arm64: the world switch ended with an exception that the class describes.</summary>
    private const ulong ArmTrap = 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Read(ReadOnlySpan<byte> text, ReasonSpellings reasons, ref EventTextMeaning read)
    {
        var found = default(Parts);
        // Nearly all are of x86 kernels, whose words need no search for anybody else's.
        if (IsPlain(text)) ReadWords(text, reasons, ref found, ref read);
        else if (!TryRaw(text, ref found, ref read)
            && !TryOtherArchitecture(text, reasons, ref found)
            && !TryOwnEvent(text, reasons, ref found, ref read)) ReadWords(text, reasons, ref found, ref read);
        if (text.StartsWith("TRAP:"u8) || text.StartsWith("IRQ:"u8)) read.WantsMore |= text.IndexOf("PC: 0x"u8) < 0;
        // A reason that cannot be told stays without one: the exit itself is known.
        (read.Event.Stamp, read.Event.Code, read.Event.Detail) = (Stamp.KvmExit, found.Code, found.Isa);
        (read.Event.Address, read.Event.Info2) = (found.Info1, found.Info2);
    }

    /// <summary>"reason HLT …", "vcpu 12 reason HLT …".</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsPlain(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("vcpu "u8))
        {
            int space = text[5..].IndexOf((byte)' ');
            if (space >= 0) text = text[(5 + space + 1)..];
        }
        return text.StartsWith("reason "u8);
    }

    private ref struct Parts
    {
        internal uint Code;
        internal int Isa;
        internal ulong Info1;
        internal ulong Info2;
    }

    /// <summary>
    /// "vcpu 0 reason EPT_VIOLATION rip 0x1 info1 0x2 info2 0x3 intr_info 0x4 error_code 0x5", "reason HLT rip 0x201 info 0 0", "reason
    /// apic_access rip 0xc".
    /// </summary>
    private static void ReadWords(ReadOnlySpan<byte> text, ReasonSpellings reasons, ref Parts found, ref EventTextMeaning read)
    {
        bool rip = false, info = false;
        var body = new ByteText(text);
        while (true)
        {
            var word = ByteText.Bare(body.Word());
            switch (word.Length)
            {
                case 0:
                    read.WantsMore |= !rip;
                    read.MayGoOn = !info;
                    return;
                case 3 when word.SequenceEqual("rip"u8): read.WantsMore |= !(rip = body.TryHex(out _)); break;
                case 4 when word.SequenceEqual("vcpu"u8): read.WantsMore |= !EventTextBody.TakeVcpu(ref body, ref read); break;
                case 4 when word.SequenceEqual("info"u8):
                    info = true;
                    read.WantsMore |= !body.TryHex(out found.Info1) || !body.TryHex(out found.Info2);
                    break;
                case 5 when word.SequenceEqual("info1"u8):
                    info = true;
                    read.WantsMore |= !body.TryHex(out found.Info1);
                    break;
                case 5 when word.SequenceEqual("info2"u8): read.WantsMore |= !body.TryHex(out found.Info2); break;
                case 6 when word.SequenceEqual("reason"u8):
                    var name = ReasonName(body.Rest, out int length);
                    if (!name.IsEmpty) (found.Code, found.Isa) = reasons.Find(name);
                    body = new ByteText(body.Rest[length..]);
                    break;
                case 9 when word.SequenceEqual("intr_info"u8): read.WantsMore |= !body.TryHex(out _); break;
                case 10 when word.SequenceEqual("error_code"u8): read.WantsMore |= !body.TryHex(out _); break;
            }
        }
    }

    /// <summary>
    /// What stands between "reason" and "rip": kernels have names of two words ("UD excp"). Older ones without rip end it with "info".
    /// </summary>
    /// <param name="length">How much of the text it is; nothing where the text ends with it, so that its words are looked at too.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ReadOnlySpan<byte> ReasonName(ReadOnlySpan<byte> rest, out int length)
    {
        int end = rest.IndexOf(" rip "u8);
        if (end < 0) end = rest.IndexOf(" info"u8);
        if (end < 0 && rest.EndsWith(" rip"u8)) end = rest.Length - 4;
        length = Math.Max(end, 0);
        return ByteText.Trim(end < 0 ? rest : rest[..end]);
    }

    /// <summary>trace-cmd report -R: "exit_reason=30 guest_rip=0x… isa=1 info1=0x… info2=0x… vcpu_id=0".</summary>
    private static bool TryRaw(ReadOnlySpan<byte> text, ref Parts found, ref EventTextMeaning read)
    {
        if (!EventTextBody.TryField(text, "exit_reason="u8, out ulong code)) return false;
        found.Code = (uint)code;
        if (EventTextBody.TryField(text, "isa="u8, out ulong isa) && isa <= KernelEvent.IsaSvm) found.Isa = (int)isa;
        EventTextBody.TryField(text, "info1="u8, out found.Info1);
        EventTextBody.TryField(text, "info2="u8, out found.Info2);
        if (EventTextBody.TryField(text, "vcpu_id="u8, out ulong vcpu) && vcpu <= int.MaxValue) read.Vcpu = (int)vcpu;
        return true;
    }

    /// <summary>
    /// arm64 "TRAP: HSR_EC: 0x0018 (SYS64), PC: 0x…" and "IRQ: …", PowerPC "exit=HV_DECREMENTER | pc=0x…", RISC-V "SEPC:0x…, SCAUSE:0x17,
    /// …".
    /// </summary>
    private static bool TryOtherArchitecture(ReadOnlySpan<byte> text, ReasonSpellings reasons, ref Parts found)
    {
        int ec = text.IndexOf("HSR_EC:"u8);
        if (ec < 0) ec = text.IndexOf("ESR_EC:"u8);
        if (ec >= 0)
        {
            var what = new ByteText(text).Word();
            bool trap = what.SequenceEqual("TRAP:"u8) || ec == 0;
            int open = text.IndexOf((byte)'('), close = text.IndexOf((byte)')');
            if (!trap) Set(ByteText.Bare(what), ref found);
            else if (open >= 0 && close > open + 1) Set(text[(open + 1)..close], ref found);
            else if (new ByteText(text[(ec + 7)..]).TryHex(out ulong bare))
                (found.Code, found.Isa) = reasons.Find(ForeignReasons.ArmName(ArmTrap, bare));
            return true;
        }
        if (EventTextBody.TryField(text, "esr_ec="u8, out ulong raw))
        {
            // trace-cmd report -R.
            if (!EventTextBody.TryField(text, "ret="u8, out ulong result)) result = ArmTrap;
            (found.Code, found.Isa) = reasons.Find(ForeignReasons.ArmName(result, raw));
            return true;
        }
        if (text.StartsWith("exit="u8))
        {
            Set(new ByteText(text[5..]).Word(), ref found);
            return true;
        }
        int cause = text.IndexOf("SCAUSE:"u8);
        if (cause < 0 && !EventTextBody.TryField(text, "scause="u8, out raw)) return text.StartsWith("PC:"u8);
        if (cause < 0 || new ByteText(text[(cause + 7)..]).TryHex(out raw)) Set(RiscvName(raw), ref found);
        return true;

        void Set(ReadOnlySpan<byte> name, ref Parts parts) => (parts.Code, parts.Isa) = reasons.Find(name);
    }

    /// <summary>
    /// kvm_guest_exit of PowerPC, "VCPU 0: trap=H_DATA_STORAGE pc=0x… msr=0x…, ceded=0"; kvm_s390_sie_exit, "00[mask-address]: exit sie
    /// icptcode 4 (Instruction)"; kvm_exit of MIPS and LoongArch, "[Hypercall]PC: 0x…".
    /// </summary>
    private static bool TryOwnEvent(ReadOnlySpan<byte> text, ReasonSpellings reasons, ref Parts found, ref EventTextMeaning read)
    {
        ReadOnlySpan<byte> name;
        int trap = text.IndexOf("trap="u8), sie = text.IndexOf("icptcode "u8), pc = text.IndexOf("PC:"u8);
        if (trap >= 0) name = new ByteText(text[(trap + 5)..]).Word();
        else if (sie >= 0)
        {
            name = Between(text[sie..], (byte)'(', (byte)')');
            if (name.IsEmpty) name = new ByteText(text[(sie + 9)..]).Word();
        }
        else if (pc > 0 && ByteText.TrimEnd(text[..pc]).EndsWith("]"u8)) name = Between(text[..pc], (byte)'[', (byte)']');
        else return false;
        (found.Code, found.Isa) = reasons.Find(name);
        EventTextBody.TakeAnyVcpu(new ByteText(text), ref read);
        return true;
    }

    private static ReadOnlySpan<byte> Between(ReadOnlySpan<byte> text, byte open, byte close)
    {
        int from = text.IndexOf(open) + 1, to = from > 0 ? text[from..].IndexOf(close) : -1;
        return to < 0 ? default : text.Slice(from, to);
    }

    /// <summary>As <c>perf kvm stat</c> names them (tools/perf/util/kvm-stat-arch/kvm-stat-riscv).</summary>
    private static ReadOnlySpan<byte> RiscvName(ulong cause) => cause switch
    {
        >= RiscvInterrupt => "IRQ"u8,
        2 => "INST_ILLEGAL"u8,
        10 => "VIRTUAL_SYSCALL"u8,
        20 => "INST_GUEST_PAGE_FAULT"u8,
        21 => "LOAD_GUEST_PAGE_FAULT"u8,
        22 => "VIRTUAL_INST_FAULT"u8,
        23 => "STORE_GUEST_PAGE_FAULT"u8,
        _ => "UNKNOWN"u8,
    };
}
