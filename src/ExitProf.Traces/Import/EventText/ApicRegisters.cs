namespace ExitProf.Traces;

/// <summary>The local APIC's registers by the names that kvm_apic prints (arch/x86/kvm/trace.h).</summary>
internal static class ApicRegisters
{
    /// <returns>False if the name is none of them.</returns>
    internal static bool TryFind(ReadOnlySpan<byte> name, out ulong register)
    {
        if (name.StartsWith("APIC_"u8)) name = name[5..];
        register = Number(name);
        return register != 0;
    }

    private static ulong Number(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("ID"u8) => 0x20,
        3 when name.SequenceEqual("LVR"u8) => 0x30,
        3 when name.SequenceEqual("EOI"u8) => 0xb0,
        3 when name.SequenceEqual("RRR"u8) => 0xc0,
        3 when name.SequenceEqual("LDR"u8) => 0xd0,
        3 when name.SequenceEqual("DFR"u8) => 0xe0,
        3 when name.SequenceEqual("ISR"u8) => 0x100,
        3 when name.SequenceEqual("TMR"u8) => 0x180,
        3 when name.SequenceEqual("IRR"u8) => 0x200,
        3 when name.SequenceEqual("ESR"u8) => 0x280,
        3 when name.SequenceEqual("ICR"u8) => 0x300,
        4 when name.SequenceEqual("ICR2"u8) => 0x310,
        4 when name.SequenceEqual("LVTT"u8) => 0x320,
        4 when name.SequenceEqual("SPIV"u8) => 0xf0,
        4 when name.SequenceEqual("LVT0"u8) => 0x350,
        4 when name.SequenceEqual("LVT1"u8) => 0x360,
        4 when name.SequenceEqual("TMIC"u8) => 0x380,
        4 when name.SequenceEqual("TMCC"u8) => 0x390,
        4 when name.SequenceEqual("TDCR"u8) => 0x3e0,
        4 when name.SequenceEqual("ECTL"u8) => 0x410,
        5 when name.SequenceEqual("LVTPC"u8) => 0x340,
        6 when name.SequenceEqual("LVTERR"u8) => 0x370,
        7 when name.SequenceEqual("TASKPRI"u8) => 0x80,
        6 when name.SequenceEqual("ARBPRI"u8) => 0x90,
        7 when name.SequenceEqual("PROCPRI"u8) => 0xa0,
        8 when name.SequenceEqual("SELF_IPI"u8) => 0x3f0,
        7 when name.SequenceEqual("LVTTHMR"u8) => 0x330,
        5 when name.SequenceEqual("EFEAT"u8) => 0x400,
        _ => 0,
    };
}
