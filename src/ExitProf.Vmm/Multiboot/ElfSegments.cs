using System.Buffers.Binary;
using System.Collections.Immutable;

namespace ExitProf.Vmm;

/// <summary>
/// The segments of an ELF file of 32 bits, as its program headers have them (System V ABI, chapter 5; Intel386 supplement). The file may
/// be hostile: each number is checked against its end before it is used.
/// </summary>
internal static class ElfSegments
{
    private const int HeaderBytes = 52;
    private const int ProgramHeaderBytes = 32;
    private const byte Class32 = 1, Class64 = 2, LittleEndian = 1;
    private const ushort Intel386 = 3;
    private const uint Load = 1;

    /// <summary>An ELF file can have 65,535; a kernel has fewer than ten.</summary>
    private const int MostHeaders = 256;

    /// <returns>What is to be loaded, in the file's order, and the entry point.</returns>
    /// <exception cref="MultibootException">It is not ELF of 32 bits for x86, or damaged.</exception>
    public static (ImmutableArray<GuestSegment> Segments, uint Entry) Read(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> all = file.Span;
        if (all.Length < HeaderBytes || !all.StartsWith("\u007fELF"u8))
            throw new MultibootException(
                "The guest is not ELF, and its multiboot header has no addresses (flag 16): nothing says where it goes.");
        if (all[4] == Class64) throw new MultibootException(
            "The guest is ELF of 64 bits, which Multiboot 1 does not boot: objcopy -O elf32-i386 makes one of 32 bits.");
        if (all[4] != Class32 || all[5] != LittleEndian || Half(all, 18) != Intel386)
            throw new MultibootException("The guest is ELF for another machine than x86 in 32 bits (EM_386).");
        uint entry = Word(all, 24), table = Word(all, 28);
        int size = Half(all, 42), count = Half(all, 44);
        if (count is 0 or > MostHeaders) throw new MultibootException(
            $"The guest's ELF file has {count:N0} program headers, and this VMM loads 1 to {MostHeaders}.");
        if (size < ProgramHeaderBytes || table + (long)size * count > all.Length)
            throw Damaged("its table of program headers lies outside of it");
        var segments = ImmutableArray.CreateBuilder<GuestSegment>();
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = all[(int)(table + (long)size * i)..];
            if (Word(header, 0) != Load) continue;
            uint offset = Word(header, 4), address = Word(header, 12), contents = Word(header, 16), bytes = Word(header, 20);
            // An empty one says nothing.
            if (bytes == 0 && contents == 0) continue;
            if (contents > bytes) throw Damaged($"segment {i} has more contents than bytes");
            if (offset + (long)contents > all.Length) throw Damaged($"segment {i} reaches beyond its end");
            segments.Add(new GuestSegment(address, file.Slice((int)offset, (int)contents), bytes));
        }
        if (segments.Count == 0) throw new MultibootException("The guest's ELF file has nothing to load (no program header PT_LOAD).");
        return (segments.ToImmutable(), entry);
    }

    private static MultibootException Damaged(string how) => new($"The guest's ELF file is damaged: {how}.");

    private static ushort Half(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
