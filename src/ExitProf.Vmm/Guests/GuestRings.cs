namespace ExitProf.Vmm;

/// <summary>What a guest needs to change between ring 3 and ring 0: descriptors, a gate, a stack, and the registers of SYSCALL.</summary>
public static class GuestRings
{
    /// <summary>The code segments of ring 0 and ring 3, as <see cref="LongMode"/> sets them.</summary>
    public const ushort Ring0Code = 0x08;
    public const ushort Ring3Code = 0x33;

    /// <summary>
    /// Where the CPU puts the code segment of the code that an exception interrupted: below its stack segment, stack pointer and flags.
    /// </summary>
    public const ulong SavedCode = GuestLayout.Ring0StackTop - 32;

    private const uint Star = 0xc0000081;
    private const uint Lstar = 0xc0000082;
    private const uint Sfmask = 0xc0000084;

    // SYSCALL takes ring 0's code and the stack behind it; SYSRET adds 16 for code and 8 for stack (AMD manual volume 2, 6.1.1).
    private const ulong StarSelectors = (ulong)Ring0Code << 32 | (ulong)(Ring3Code - 16) << 48;

    private const ulong Code = 0x00af9a000000ffff;
    private const ulong Data = 0x00cf92000000ffff;
    private const ulong Ring3 = 3ul << 45;

    // A 64-bit interrupt gate that ring 3 may use.
    private const ulong Gate = 0xee00;
    private const int TssRsp0 = 4;
    private const int GdtBytes = 0x38;
    private const int IdtBytes = 4096;

    /// <summary>SYSCALL goes to the handler.</summary>
    public static void AddSyscall(Guest guest, ulong handler)
    {
        AddDescriptors(guest);
        guest.Vcpu.SetMsr(Star, StarSelectors);
        guest.Vcpu.SetMsr(Lstar, handler);
        guest.Vcpu.SetMsr(Sfmask, 0);
    }

    /// <summary>An exception or interrupt goes to the handler, in ring 0.</summary>
    public static void AddGate(Guest guest, int vector, ulong handler)
    {
        AddDescriptors(guest);
        ulong gate = GuestLayout.Idt + 16 * (ulong)vector;
        guest.WriteWord(gate, handler & 0xffff | (ulong)Ring0Code << 16 | Gate << 32 | (handler >> 16 & 0xffff) << 48);
        guest.WriteWord(gate + 8, handler >> 32);
        guest.WriteWord(GuestLayout.Tss + TssRsp0, GuestLayout.Ring0StackTop);
    }

    private static void AddDescriptors(Guest guest)
    {
        guest.WriteWord(GuestLayout.Gdt + Ring0Code, Code);
        guest.WriteWord(GuestLayout.Gdt + Ring0Code + 8, Data);
        guest.WriteWord(GuestLayout.Gdt + (Ring3Code & ~7) - 8, Data | Ring3);
        guest.WriteWord(GuestLayout.Gdt + (Ring3Code & ~7), Code | Ring3);
        KvmSregs sregs = guest.Vcpu.Sregs;
        sregs.Gdt = new KvmDtable { Base = GuestLayout.Gdt, Limit = GdtBytes - 1 };
        sregs.Idt = new KvmDtable { Base = GuestLayout.Idt, Limit = IdtBytes - 1 };
        guest.Vcpu.Sregs = sregs;
    }
}
