using System.Buffers.Binary;
using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>
/// A guest's second slot: page tables of two address spaces, which differ only in where <see cref="GuestLayout.CodeLinear"/> leads, and the
/// pages of code there. The accessed and dirty flags are set from the start, so that the tables may be read-only.
/// </summary>
public sealed class CodeMemory : IDisposable
{
    private const int Spaces = 2;
    private const int TablesOfSpace = 4;
    private const ulong TableEntry = 0x27; // A U W P
    private const ulong PageEntry = 0x67;  // D A U W P

    private readonly Guest guest;
    private readonly LockedMemory memory = new(GuestLayout.CodeMemoryBytes);

    /// <summary>Adds the slot, and lets the guest begin in the first address space.</summary>
    public CodeMemory(Guest guest)
    {
        this.guest = guest;
        guest.AddMemory(1, GuestLayout.CodeMemory, memory);
        for (int space = 0; space < Spaces; space++)
        {
            WriteEntry(Table(space, 0), 0, Table(space, 1) | TableEntry);
            WriteEntry(Table(space, 1), 0, GuestLayout.PageDirectory | TableEntry);
            WriteEntry(Table(space, 1), 1, Table(space, 2) | TableEntry);
            WriteEntry(Table(space, 1), 3, GuestLayout.MmioPageDirectory | TableEntry);
            WriteEntry(Table(space, 2), 0, Table(space, 3) | TableEntry);
            for (int page = 0; page < GuestLayout.CodePageCount; page++) WriteEntry(Table(space, 3), page, Entry(page));
        }
        KvmSregs sregs = guest.Vcpu.Sregs;
        sregs.Cr3 = Root(0);
        guest.Vcpu.Sregs = sregs;
    }

    /// <summary>What CR3 is in an address space.</summary>
    public static ulong Root(int space) => Table(space, 0);

    /// <summary>A page-table entry that leads to a page of code.</summary>
    public static ulong Entry(int page) => (GuestLayout.CodePages + (ulong)(page * PageWalk.PageBytes)) | PageEntry;

    /// <summary>Where the entry of a linear page is; the guest reaches it at the same linear address.</summary>
    public static ulong EntryAddress(int space, int linearPage) => Table(space, 3) + (ulong)(8 * linearPage);

    /// <summary>Has a linear page lead to a page of code.</summary>
    public void Map(int space, int linearPage, int page) => WriteEntry(Table(space, 3), linearPage, Entry(page));

    /// <summary>Puts code at an offset into the pages.</summary>
    public void Write(int offset, ReadOnlySpan<byte> code) =>
        code.CopyTo(memory.Span[((int)(GuestLayout.CodePages - GuestLayout.CodeMemory) + offset)..]);

    /// <summary>Sets one of the words that the guest's code may use as it likes.</summary>
    public void SetWord(int index, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(guest.Slots.Find(GuestLayout.ScenarioWords + (ulong)(8 * index), 8), value);

    public void Dispose() => memory.Dispose();

    private static ulong Table(int space, int level) =>
        GuestLayout.CodeMemory + (ulong)((space * TablesOfSpace + level) * PageWalk.PageBytes);

    private void WriteEntry(ulong table, int index, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(memory.Span[((int)(table - GuestLayout.CodeMemory) + 8 * index)..], value);
}
