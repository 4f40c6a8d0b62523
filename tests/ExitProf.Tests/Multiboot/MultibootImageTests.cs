using System.Buffers.Binary;
using ExitProf.Tests.Import;
using ExitProf.Vmm;

namespace ExitProf.Tests.Multiboot;

/// <summary>Reading a multiboot guest, which anybody may have written.</summary>
public sealed class MultibootImageTests
{
    private const int ProgramHeader = 52, Header = 84, Flags = Header + 4;
    private static readonly byte[] Good = TinyGuest.Measuring(0);

    [Fact]
    public void A_guest_of_ELF_is_read_with_its_segment_and_its_entry()
    {
        MultibootImage image = Parse(Good);
        GuestSegment segment = Assert.Single(image.Segments);
        Assert.Equal(TinyGuest.LoadAddress, segment.Address);
        Assert.Equal(Good, segment.Contents.ToArray());
        Assert.Equal(0x9000ul, segment.Bytes);
        Assert.Equal(TinyGuest.LoadAddress + 96, image.Entry);
    }

    [Fact]
    public void A_guest_whose_header_has_addresses_needs_no_ELF()
    {
        byte[] file = WithAddresses(header: 0x200020, load: 0x200000, loadEnd: 0, bssEnd: 0x201000, entry: 0x200040);
        MultibootImage image = Parse(file);
        GuestSegment segment = Assert.Single(image.Segments);
        Assert.Equal((0x200000ul, 0x1000ul, file.Length), (segment.Address, segment.Bytes, segment.Contents.Length));
        Assert.Equal(0x200040u, image.Entry);
    }

    [Theory]
    [InlineData(0x100000u, 0x200000u, 0u, 0u, "begins after its own header")]
    [InlineData(0x200020u, 0x100000u, 0u, 0u, "begins before the file does")]
    [InlineData(0x200020u, 0x200000u, 0x1fffffu, 0u, "ends before it begins")]
    [InlineData(0x200020u, 0x200000u, 0x300000u, 0u, "is longer than the file")]
    [InlineData(0x200020u, 0x200000u, 0x200010u, 0x200001u, "ends before its contents do")]
    public void Addresses_that_do_not_fit_the_file_are_refused(uint header, uint load, uint loadEnd, uint bssEnd, string how) =>
        Assert.Contains(how, Refusal(WithAddresses(header, load, loadEnd, bssEnd, 0x200040)));

    [Theory]
    [InlineData(Flags + 4, 0u, "is no multiboot guest")]
    [InlineData(4, 0x00010102u, "ELF of 64 bits, which Multiboot 1 does not boot: objcopy -O elf32-i386 makes one of 32 bits.")]
    [InlineData(18, 0x00010008u, "ELF for another machine")]
    [InlineData(0, 0u, "is not ELF, and its multiboot header has no addresses")]
    [InlineData(42, 0x00010001u, "its table of program headers lies outside of it")]
    [InlineData(42, 0xffff0020u, "has 65,535 program headers, and this VMM loads 1 to 256.")]
    [InlineData(28, 0xfffffff0u, "its table of program headers lies outside of it")]
    [InlineData(ProgramHeader, 2u, "has nothing to load")]
    [InlineData(ProgramHeader + 4, 0x00ffffffu, "segment 0 reaches beyond its end")]
    [InlineData(ProgramHeader + 20, 1u, "segment 0 has more contents than bytes")]
    [InlineData(ProgramHeader + 20, 0xffffffffu, "to be loaded at 0x100000 to 0x1000fffff, and it has 64 MB of memory: link it lower.")]
    [InlineData(ProgramHeader + 12, 0xfffff000u, "to be loaded at 0xfffff000 to 0x100008000")]
    [InlineData(24, 0x00200000u, "entry point 0x200000 lies in none of its segments")]
    public void A_wrong_word_is_one_sentence(int at, uint word, string sentence)
    {
        byte[] file = [.. Good];
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), word);
        Assert.Contains(sentence, Refusal(file));
    }

    [Theory]
    [InlineData(4u, "demands a video mode (flag 2)")]
    [InlineData(0x80u, "demands something that Multiboot 1 does not know (flags 0x80)")]
    public void A_demand_that_cannot_be_met_is_refused(uint flags, string sentence)
    {
        byte[] file = [.. Good];
        PutHeader(file, Header, flags);
        Assert.Contains(sentence, Refusal(file));
    }

    [Fact]
    public void Segments_that_overlap_are_refused()
    {
        // The same program header twice: there is room for a second one, in place of the multiboot header, which moves behind it.
        byte[] file = new byte[0x400];
        Good.AsSpan(0, Header).CopyTo(file);
        Good.AsSpan(ProgramHeader, 32).CopyTo(file.AsSpan(Header));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(44), 2);
        foreach (int header in (int[])[ProgramHeader, Header]) BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(header + 16), 0x400);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(Header + 12), TinyGuest.LoadAddress + 0x8fff);
        PutHeader(file, 0x200, 0);
        Assert.Contains("Two segments of the guest overlap at 0x108fff", Refusal(file));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(Header + 12), TinyGuest.LoadAddress + 0x9000);
        Assert.Equal(2, Parse(file).Segments.Length);
    }

    [Fact]
    public void A_file_that_is_too_long_is_refused_and_the_remedy_named() =>
        Assert.Contains("strip it of symbols", Refusal(new byte[MultibootImage.MostBytes + 1]));

    [Fact]
    public void A_broken_guest_is_refused_or_lies_in_its_memory()
    {
        var random = new Random(20261130);
        byte[] addresses = WithAddresses(0x200020, 0x200000, 0, 0x201000, 0x200040);
        int booted = 0, refused = 0;
        for (int i = 0; i < 4000; i++)
        {
            byte[] broken = Mutation.Of([i % 2 == 0 ? Good : addresses, Good, addresses], random);
            // Half of all changes are to be in what is read.
            if (i % 4 < 2 && broken.Length > 128) broken = [.. Mutation.Of([broken[..128], Good], random), .. broken[128..]];
            try
            {
                MultibootImage image = Parse(broken);
                booted++;
                ulong end = 0;
                foreach (GuestSegment segment in image.Segments)
                {
                    Assert.True(segment.Address >= end && segment.End <= MultibootGuest.MemoryBytes);
                    Assert.True((ulong)segment.Contents.Length <= segment.Bytes);
                    end = segment.End;
                }
                Assert.Contains(image.Segments, s => s.Contains(image.Entry));
            }
            catch (MultibootException e)
            {
                refused++;
                Assert.EndsWith(".", e.Message);
            }
        }
        Assert.True(booted > 100 && refused > 100, $"{booted} booted, {refused} refused");
    }

    private static MultibootImage Parse(byte[] file) => MultibootImage.Parse(file, MultibootGuest.MemoryBytes);

    private static string Refusal(byte[] file) => Assert.Throws<MultibootException>(() => Parse(file)).Message;

    /// <summary>A file of 256 bytes with its header at 32.</summary>
    private static byte[] WithAddresses(uint header, uint load, uint loadEnd, uint bssEnd, uint entry)
    {
        byte[] file = new byte[256];
        PutHeader(file, 32, 1 << 16);
        uint[] addresses = [header, load, loadEnd, bssEnd, entry];
        for (int i = 0; i < addresses.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(44 + 4 * i), addresses[i]);
        return file;
    }

    private static void PutHeader(byte[] file, int at, uint flags)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), 0x1BADB002);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at + 4), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at + 8), unchecked(0u - 0x1BADB002 - flags));
    }
}
