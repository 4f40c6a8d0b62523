using System.Buffers.Binary;
using System.Text;
using ExitProf.Vmm;

namespace ExitProf.Tests.Multiboot;

/// <summary>What a guest is told at its start, as Multiboot 1 has it.</summary>
public sealed class BootInformationTests
{
    private const int MemoryBytes = 4 << 20;
    private readonly byte[] memory = new byte[MemoryBytes];

    [Fact]
    public void A_guest_is_told_its_memory_its_command_line_and_one_module()
    {
        uint at = Write(Image(0x100000, 0x1000), "tiny one two", "A=1\n");
        Assert.Equal(0x1000u, at);
        Assert.Equal(1u | 1 << 2 | 1 << 3 | 1 << 6 | 1 << 9, Word(at));
        Assert.Equal((640u, 3072u), (Word(at + 4), Word(at + 8)));
        Assert.Equal("tiny one two", Text(Word(at + 16)));
        Assert.Equal(1u, Word(at + 20));
        uint module = Word(at + 24);
        Assert.Equal(0u, Word(module) % 4096);
        Assert.Equal("A=1\n", Encoding.ASCII.GetString(memory[(int)Word(module)..(int)Word(module + 4)]));
        Assert.Equal("exitprof", Text(Word(at + 64)));
        Assert.Equal(48u, Word(at + 44));
        uint map = Word(at + 48);
        Assert.Equal((20u, 0u, 640u << 10, 1u), (Word(map), Word(map + 4), Word(map + 12), Word(map + 20)));
        Assert.Equal((20u, 1u << 20, 3u << 20, 1u), (Word(map + 24), Word(map + 28), Word(map + 36), Word(map + 44)));
    }

    [Fact]
    public void It_goes_where_the_image_leaves_room()
    {
        Assert.Equal(0x5000u, Write(Image(0x2000, 0x2001), "", ""));
        Assert.Equal(0x3fd000u, Write(Image(0, 0x3fd000), "", ""));
        Assert.Contains("leaves no room",
            Assert.Throws<MultibootException>(() => Write(Image(0, 0x3fe000), "", "")).Message);
    }

    [Fact]
    public void A_command_line_that_does_not_fit_is_refused()
    {
        MultibootImage image = Image(0x100000, 0x1000);
        Write(image, new string('x', 4000), "");
        Assert.Contains("4,001 bytes", Assert.Throws<MultibootException>(() => Write(image, new string('x', 4001), "")).Message);
        Assert.Contains("without a 0", Assert.Throws<MultibootException>(() => Write(image, "a\0b", "")).Message);
    }

    private uint Write(MultibootImage image, string commandLine, string variables) =>
        BootInformation.Write(memory, image, commandLine, variables);

    private static MultibootImage Image(ulong address, ulong bytes) => new([new GuestSegment(address, default, bytes)], (uint)address);

    private uint Word(uint at) => BinaryPrimitives.ReadUInt32LittleEndian(memory.AsSpan((int)at));

    private string Text(uint at) => Encoding.ASCII.GetString(memory, (int)at, Array.IndexOf(memory, (byte)0, (int)at) - (int)at);
}
