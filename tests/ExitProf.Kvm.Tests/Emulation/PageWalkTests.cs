using System.Buffers.Binary;
using ExitProf.Linux;
using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Emulation;

/// <summary>Translations of made-up page tables. Needs no /dev/kvm.</summary>
public sealed class PageWalkTests : IDisposable
{
    private const ulong Start = 0x100000;
    private const ulong Leaf = 0x67, Table = 0x27, NoExecute = 1ul << 63;
    private const ulong Linear = 0x12_3456_7000;
    private const PagingFlags User = PagingFlags.User | PagingFlags.NoExecute | PagingFlags.WriteProtect;
    private const PagingFlags Supervisor = PagingFlags.NoExecute | PagingFlags.WriteProtect;

    private readonly LockedMemory host = new(16 * PageWalk.PageBytes);
    private readonly GuestMemory memory = new();

    public PageWalkTests() => memory.Add(new MemorySlot(0, Start, host, ReadOnly: false));

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_page_of_4_KiB_is_found_through_four_and_five_levels(int levels)
    {
        ulong root = Build(levels, 1, Start + 0x9000 | Leaf);
        Assert.Equal(Start + 0x9123, Walk(root, levels, Linear + 0x123, User));
    }

    [Theory]
    [InlineData(2, 0x20_0000ul)]
    [InlineData(3, 0x4000_0000ul)]
    public void A_large_page_keeps_the_low_bits_of_the_address(int level, ulong size)
    {
        ulong root = Build(4, level, 3 * size | Leaf | 0x80);
        Assert.Equal((3 * size) | (Linear & (size - 1)), Walk(root, 4, Linear, User));
    }

    [Fact]
    public void A_page_of_1_GiB_is_a_reserved_bit_where_the_CPU_has_none()
    {
        ulong root = Build(4, 3, 0x4000_0000ul | Leaf | 0x80);
        Assert.Equal(
            PageFaultCode.Present | PageFaultCode.ReservedBit | PageFaultCode.User,
            Fault(root, 4, Linear, User, MemoryAccess.Read, hugePages: false)
        );
    }

    [Theory]
    [InlineData(1, Leaf | 1ul << 50)]
    [InlineData(2, Leaf | 0x80 | 1 << 13)]
    [InlineData(4, Leaf | 0x80)]
    public void Reserved_bits_fault(int level, ulong entry) =>
        Assert.Equal(
            PageFaultCode.Present | PageFaultCode.ReservedBit | PageFaultCode.User,
            Fault(Build(4, level, entry), 4, Linear, User, MemoryAccess.Read)
        );

    [Fact]
    public void The_no_execute_bit_is_reserved_while_it_is_switched_off()
    {
        ulong root = Build(4, 1, Start | Leaf | NoExecute);
        Assert.Equal(
            PageFaultCode.Present | PageFaultCode.ReservedBit | PageFaultCode.User,
            Fault(root, 4, Linear, PagingFlags.User, MemoryAccess.Read)
        );
        Assert.Equal(PageFaultCode.Present | PageFaultCode.User | PageFaultCode.Fetch, Fault(root, 4, Linear, User, MemoryAccess.Fetch));
        Assert.Equal(Start, Walk(root, 4, Linear, User));
    }

    [Fact]
    public void Ring_3_needs_the_user_bit_and_ring_0_honours_SMEP_and_SMAP()
    {
        ulong supervisorPage = Build(4, 1, Start | 0x63), userPage = Build(4, 1, Start | Leaf, at: 5);
        Assert.Equal(PageFaultCode.Present | PageFaultCode.User, Fault(supervisorPage, 4, Linear, User, MemoryAccess.Read));
        Assert.Equal(Start, Walk(supervisorPage, 4, Linear, Supervisor));
        Assert.Equal(
            PageFaultCode.Present | PageFaultCode.Fetch,
            Fault(userPage, 4, Linear, Supervisor | PagingFlags.NoSupervisorFetch, MemoryAccess.Fetch)
        );
        Assert.Equal(PageFaultCode.Present, Fault(userPage, 4, Linear, Supervisor | PagingFlags.NoSupervisorAccess, MemoryAccess.Read));
    }

    [Fact]
    public void A_read_only_page_may_be_written_by_ring_0_without_CR0_WP_alone()
    {
        ulong root = Build(4, 1, Start | 0x65);
        Assert.Equal(PageFaultCode.Present | PageFaultCode.Write | PageFaultCode.User, Fault(root, 4, Linear, User, MemoryAccess.Write));
        Assert.Equal(PageFaultCode.Present | PageFaultCode.Write, Fault(root, 4, Linear, Supervisor, MemoryAccess.Write));
        Assert.Equal(Start, Walk(root, 4, Linear, PagingFlags.NoExecute, MemoryAccess.Write));
    }

    [Fact]
    public void Accessed_and_dirty_are_set_by_what_is_allowed_and_by_nothing_else()
    {
        ulong root = Build(4, 1, Start | 5), leaf = Start + 0x3000 + (Linear >> 12 & 511) * 8;
        Fault(root, 4, Linear, User, MemoryAccess.Write);
        Assert.Equal(Start | 5, Entry(leaf));
        Walk(root, 4, Linear, User);
        Assert.Equal(Start | 0x25, Entry(leaf));
        SetEntry(leaf, Start | 7);
        Walk(root, 4, Linear, User, MemoryAccess.Write);
        Assert.Equal(Start | 0x67, Entry(leaf));
    }

    [Theory]
    [InlineData(4, 0x0000_8000_0000_0000ul, true)]
    [InlineData(4, 0xffff_7fff_ffff_ffff, true)]
    [InlineData(5, 0x0000_8000_0000_0000ul, false)]
    [InlineData(5, 0x0100_0000_0000_0000ul, true)]
    public void An_address_that_is_not_canonical_is_a_general_protection_fault(int levels, ulong linear, bool general)
    {
        Assert.False(
            new PageWalk(memory, 46, true).TryTranslate(
                Mode(Build(levels, 1, Start | Leaf), levels, User),
                linear,
                MemoryAccess.Read,
                out _,
                out GuestFault fault
            )
        );
        Assert.Equal(general ? GuestFault.GeneralProtectionVector : GuestFault.PageFaultVector, fault.Vector);
    }

    [Fact]
    public void Tables_outside_memory_and_tables_that_loop_end_in_a_fault_or_an_address()
    {
        Assert.Equal(PageFaultCode.User, Fault(0xdead_0000_0000, 4, Linear, User, MemoryAccess.Read));
        Assert.Equal(PageFaultCode.User, Fault(Build(4, 4, 0xdead_0000 | Table), 4, Linear, User, MemoryAccess.Read));
        // Every entry leads back to the root: the last level takes the root for a page.
        for (ulong i = 0; i < 512; i++) SetEntry(Start + 8 * i, Start | Table);
        Assert.Equal(Start + 0x123, Walk(Start, 4, Linear + 0x123, User));
    }

    [Fact]
    public void Memory_is_found_inside_of_one_slot_or_not_at_all()
    {
        ulong end = Start + (ulong)host.Bytes;
        Assert.Equal(8, memory.Find(end - 8, 8).Length);
        Assert.True(memory.Find(end - 7, 8).IsEmpty);
        Assert.True(memory.Find(end, 1).IsEmpty);
        Assert.True(memory.Find(Start - 1, 1).IsEmpty);
        Assert.True(memory.Find(ulong.MaxValue - 3, 8).IsEmpty);
        using var rom = new LockedMemory(PageWalk.PageBytes);
        memory.Add(new MemorySlot(1, end, rom, ReadOnly: true));
        Assert.True(memory.Find(end - 4, 8).IsEmpty);
        Assert.Equal(8, memory.Find(end, 8).Length);
        Assert.True(memory.FindWritable(end, 8).IsEmpty);
    }

    [Fact]
    public void An_instruction_is_fetched_across_pages_and_up_to_the_end_of_what_may_be_fetched()
    {
        var fetch = new InstructionFetch(memory, new PageWalk(memory, 46, true));
        ulong root = Build(4, 1, Start + 0xe000 | Leaf);
        for (int i = 0; i < 2 * PageWalk.PageBytes; i++) host.Span[0xe000 + i] = (byte)(i + 1);
        PagingMode mode = Mode(root, 4, User);
        Assert.Equal(FetchResult.Fetched, fetch.Fetch(mode, Linear + 0xffa, out InstructionBytes bytes, out _));
        Assert.Equal(6, bytes.Count);
        Assert.Equal(GuestFault.PageFault(Linear + 0x1000, PageFaultCode.User | PageFaultCode.Fetch), fetch.Beyond);
        SetEntry(Start + 0x3000 + ((Linear >> 12 & 511) + 1) * 8, Start + 0xf000 | Leaf);
        Assert.Equal(FetchResult.Fetched, fetch.Fetch(mode, Linear + 0xffa, out bytes, out _));
        Assert.Equal([.. Enumerable.Range(0xffb, 15).Select(i => (byte)i)], bytes.ToArray());
        SetEntry(Start + 0x3000 + ((Linear >> 12 & 511) + 1) * 8, Start + 0x10000 | Leaf);
        Assert.Equal(FetchResult.Fetched, fetch.Fetch(mode, Linear + 0xffa, out bytes, out _));
        Assert.True(fetch.EndsAtMemory && bytes.Count == 6);
    }

    /// <summary>Tables in the first pages, one after the other; the entry of a level as given.</summary>
    /// <param name="at">The page in which the tables begin.</param>
    private ulong Build(int levels, int level, ulong entry, int at = 0)
    {
        ulong table = Start + (ulong)(at * PageWalk.PageBytes), root = table;
        for (int l = levels; l >= level; l--, table += PageWalk.PageBytes)
        {
            SetEntry(table + (Linear >> (3 + 9 * l) & 511) * 8, l == level ? entry : (table + PageWalk.PageBytes) | Table);
        }
        return root;
    }

    private static PagingMode Mode(ulong root, int levels, PagingFlags flags) =>
        new(root, levels == 5 ? flags | PagingFlags.FiveLevels : flags);

    private ulong Walk(ulong root, int levels, ulong linear, PagingFlags flags, MemoryAccess access = MemoryAccess.Read)
    {
        bool found = new PageWalk(memory, 46, true).TryTranslate(
            Mode(root, levels, flags),
            linear,
            access,
            out ulong physical,
            out GuestFault fault
        );
        Assert.True(found, fault.ToString());
        return physical;
    }

    private PageFaultCode Fault(ulong root, int levels, ulong linear, PagingFlags flags, MemoryAccess access, bool hugePages = true)
    {
        Assert.False(
            new PageWalk(memory, 46, hugePages).TryTranslate(Mode(root, levels, flags), linear, access, out _, out GuestFault fault)
        );
        Assert.Equal(GuestFault.PageFaultVector, fault.Vector);
        Assert.Equal(linear, fault.Address);
        return (PageFaultCode)fault.ErrorCode!;
    }

    private ulong Entry(ulong address) => BinaryPrimitives.ReadUInt64LittleEndian(memory.Find(address, 8));

    private void SetEntry(ulong address, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(memory.Find(address, 8), value);
}
