using System.Buffers.Binary;

namespace ExitProf.Vmm;

/// <summary>Page tables, task state segment and control registers for flat 64-bit code in ring 0 or ring 3.</summary>
internal static class LongMode
{
    private const ulong PresentWritableUser = 7;
    private const ulong LargePage = 0x80;
    private const ulong Cr0 = 0x80050033; // PG AM WP NE ET MP PE
    private const ulong Cr4 = 0x620;      // OSXMMEXCPT OSFXSR PAE
    private const ulong Efer = 0xd01;     // NX LMA LME SCE

    // IOPL 3 lets ring 3 use ports on VMX and SVM. PVM runs guests with IOPL 0 and asks the permission bitmap of the TSS instead.
    private const ulong RflagsIopl3 = 0x3002;

    /// <summary>2 MiB pages only: a guest under PVM has no 1 GiB pages.</summary>
    /// <param name="start">Where the memory begins; it is mapped from address 0 on.</param>
    public static void WriteTables(Span<byte> memory, ulong start)
    {
        Entry(memory, GuestLayout.Pml4, 0, start + GuestLayout.Pdpt | PresentWritableUser);
        Entry(memory, GuestLayout.Pdpt, 0, start + GuestLayout.PageDirectory | PresentWritableUser);
        Entry(memory, GuestLayout.Pdpt, 3, start + GuestLayout.MmioPageDirectory | PresentWritableUser);
        for (int i = 0; i < 512; i++)
        {
            ulong offset = (ulong)i << 21;
            ulong physical = offset < GuestLayout.MemoryBytes ? start + offset : offset;
            Entry(memory, GuestLayout.PageDirectory, i, physical | LargePage | PresentWritableUser);
            Entry(memory, GuestLayout.MmioPageDirectory, i, (0xc0000000 + offset) | LargePage | PresentWritableUser);
        }
        BinaryPrimitives.WriteUInt16LittleEndian(
            memory[((int)GuestLayout.Tss + GuestLayout.TssBitmapPointer)..],
            GuestLayout.TssBitmapOffset
        );
    }

    public static void SetRegisters(VCpu vcpu, int ring, ulong start)
    {
        bool user = ring == 3;
        var code = new KvmSegment
        {
            Limit = ~0u,
            Selector = (ushort)(user ? 0x33 : 0x08),
            Type = 11,
            Present = 1,
            Dpl = (byte)ring,
            S = 1,
            L = 1,
            G = 1,
        };
        var data = new KvmSegment
        {
            Limit = ~0u,
            Selector = (ushort)(user ? 0x2b : 0x10),
            Type = 3,
            Present = 1,
            Dpl = (byte)ring,
            Db = 1,
            S = 1,
            G = 1,
        };
        KvmSregs sregs = vcpu.Sregs;
        sregs.Cs = code;
        sregs.Ds = sregs.Es = sregs.Fs = sregs.Gs = sregs.Ss = data;
        sregs.Tr = new KvmSegment { Base = GuestLayout.Tss, Limit = GuestLayout.TssLimit, Selector = 0x40, Type = 11, Present = 1 };
        sregs.Cr0 = Cr0;
        sregs.Cr3 = start + GuestLayout.Pml4;
        sregs.Cr4 = Cr4;
        sregs.Efer = Efer;
        vcpu.Sregs = sregs;
        vcpu.Regs = new KvmRegs { Rip = GuestLayout.Code, Rsp = GuestLayout.StackTop, Rflags = user ? RflagsIopl3 : 2 };
    }

    /// <summary>
    /// See <see cref="GuestLayout.OtherPml4"/>. Both sets have the other one's address at <see cref="GuestLayout.Mark"/>.
    /// </summary>
    public static void WriteOtherTables(Span<byte> memory)
    {
        Entry(memory, GuestLayout.OtherPml4, 0, GuestLayout.OtherPdpt | PresentWritableUser);
        memory.Slice((int)GuestLayout.Pdpt, 4096).CopyTo(memory[(int)GuestLayout.OtherPdpt..]);
        memory.Slice((int)GuestLayout.PageDirectory, 4096).CopyTo(memory[(int)GuestLayout.OtherPageDirectory..]);
        Entry(memory, GuestLayout.OtherPdpt, 0, GuestLayout.OtherPageDirectory | PresentWritableUser);
        Entry(memory, GuestLayout.OtherPageDirectory, 1, LargePage | PresentWritableUser);
        Entry(memory, GuestLayout.Mark, 0, GuestLayout.OtherPml4);
        Entry(memory, GuestLayout.OtherMark, 0, GuestLayout.Pml4);
    }

    private static void Entry(Span<byte> memory, ulong table, int index, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(memory[((int)table + 8 * index)..], value);
}
