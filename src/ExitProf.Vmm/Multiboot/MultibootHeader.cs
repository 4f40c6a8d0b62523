using System.Buffers.Binary;

namespace ExitProf.Vmm;

/// <summary>
/// The header by which a file says that it is a guest of the Multiboot Specification, version 0.6.96: magic, flags and their checksum, and
/// where the file is to be loaded if it is not ELF.
/// </summary>
/// <param name="Offset">Where it stands in the file.</param>
internal readonly record struct MultibootHeader(int Offset, uint Flags)
{
    public const uint Magic = 0x1BADB002;

    /// <summary>"The Multiboot header must be contained completely within the first 8192 bytes."</summary>
    private const int SearchedBytes = 8192;
    private const int ShortBytes = 12;

    /// <summary>With the five addresses.</summary>
    private const int LongBytes = 32;

    // Flags 0 to 15 are demands: whoever does not understand one must not boot the guest.
    private const uint Demands = 0xffff;
    private const uint PageAlignedModules = 1, MemoryInformation = 2, VideoMode = 4;
    private const uint Addresses = 1 << 16;

    /// <summary>Whether the header says itself where the file goes: it need not be ELF then.</summary>
    public bool HasAddresses => (Flags & Addresses) != 0;

    /// <exception cref="MultibootException">There is none, or it demands what is not here.</exception>
    public static MultibootHeader Find(ReadOnlySpan<byte> file)
    {
        int end = Math.Min(file.Length, SearchedBytes) - ShortBytes;
        for (int at = 0; at <= end; at += sizeof(uint))
        {
            if (Word(file, at) != Magic) continue;
            uint flags = Word(file, at + 4);
            if (unchecked(Magic + flags + Word(file, at + 8)) == 0) return new MultibootHeader(at, flags).Checked(file);
        }
        throw new MultibootException($"The file is no multiboot guest: its first {SearchedBytes:N0} bytes have no header of Multiboot 1 "
            + "(0x1BADB002 with its checksum); kvm-unit-tests' .flat files have one.");
    }

    /// <summary>The one segment of a file whose header has addresses.</summary>
    /// <returns>The segment and the entry point.</returns>
    public (GuestSegment Segment, uint Entry) Load(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> all = file.Span;
        uint header = Word(all, Offset + 12), load = Word(all, Offset + 16);
        uint loadEnd = Word(all, Offset + 20), bssEnd = Word(all, Offset + 24);
        long from = Offset - ((long)header - load);
        if (header < load) throw Wrong("begins after its own header");
        if (from < 0) throw Wrong("begins before the file does");
        long bytes = loadEnd == 0 ? file.Length - from : (long)loadEnd - load;
        if (bytes <= 0) throw Wrong("ends before it begins");
        if (from + bytes > file.Length) throw Wrong("is longer than the file");
        long whole = bssEnd == 0 ? bytes : (long)bssEnd - load;
        if (whole < bytes) throw Wrong("ends before its contents do");
        return (new GuestSegment(load, file.Slice((int)from, (int)bytes), (ulong)whole), Word(all, Offset + 28));

        static MultibootException Wrong(string how) =>
            new($"The guest's multiboot header is wrong: what it says to load {how}; link the guest again.");
    }

    private MultibootHeader Checked(ReadOnlySpan<byte> file)
    {
        if ((Flags & VideoMode) != 0)
            throw new MultibootException("The guest's multiboot header demands a video mode (flag 2), and there is no display here.");
        if ((Flags & Demands & ~(PageAlignedModules | MemoryInformation)) != 0)
            throw new MultibootException(
                $"The guest's multiboot header demands something that Multiboot 1 does not know (flags 0x{Flags:x}).");
        if (HasAddresses && Offset + LongBytes > file.Length)
            throw new MultibootException("The guest's multiboot header is cut off: the file ends inside it.");
        return this;
    }

    private static uint Word(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);
}
