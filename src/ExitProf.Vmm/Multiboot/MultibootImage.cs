using System.Collections.Immutable;

namespace ExitProf.Vmm;

/// <summary>A guest of the Multiboot Specification 1, read and checked: all of it lies in the guest's memory, and nothing twice.</summary>
/// <param name="Segments">By address.</param>
/// <param name="Entry">The address of the first instruction, which one of the segments has.</param>
public sealed record MultibootImage(ImmutableArray<GuestSegment> Segments, uint Entry)
{
    /// <summary>kvm-unit-tests' largest is a quarter of a MB; a file is handed to an emulated host in one piece.</summary>
    public const int MostBytes = 16 << 20;

    /// <param name="file">It may be hostile.</param>
    /// <param name="memoryBytes">How much memory the guest has, from address 0 on.</param>
    /// <exception cref="MultibootException">It is none, or it cannot be loaded.</exception>
    public static MultibootImage Parse(ReadOnlyMemory<byte> file, long memoryBytes)
    {
        if (file.Length > MostBytes) throw new MultibootException(
            $"The guest's file has {file.Length / 1e6:F0} MB, and this VMM takes {MostBytes >> 20} MB: strip it of symbols (strip -s).");
        MultibootHeader header = MultibootHeader.Find(file.Span);
        ImmutableArray<GuestSegment> segments;
        uint entry;
        if (header.HasAddresses)
        {
            (GuestSegment only, entry) = header.Load(file);
            segments = [only];
        }
        else (segments, entry) = ElfSegments.Read(file);
        segments = segments.Sort((a, b) => a.Address.CompareTo(b.Address));
        Check(segments, entry, (ulong)memoryBytes);
        return new MultibootImage(segments, entry);
    }

    /// <summary>The first address from a start on with the given bytes of memory free of the image; null if there is none.</summary>
    /// <returns>A multiple of a page.</returns>
    internal ulong? FindRoom(ulong start, ulong bytes, long memoryBytes)
    {
        const ulong Page = 4096;
        ulong at = start;
        foreach (GuestSegment segment in Segments)
        {
            if (segment.Address < at + bytes && segment.End > at) at = (segment.End + Page - 1) & ~(Page - 1);
        }
        return at + bytes <= (ulong)memoryBytes ? at : null;
    }

    private static void Check(ImmutableArray<GuestSegment> segments, uint entry, ulong memoryBytes)
    {
        for (int i = 0; i < segments.Length; i++)
        {
            GuestSegment segment = segments[i];
            if (segment.End > memoryBytes) throw new MultibootException($"The guest is to be loaded at 0x{segment.Address:x} to "
                + $"0x{segment.End:x}, and it has {memoryBytes >> 20} MB of memory: link it lower.");
            if (i > 0 && segment.Address < segments[i - 1].End) throw new MultibootException(
                $"Two segments of the guest overlap at 0x{segment.Address:x}: link it again.");
        }
        if (!segments.Any(s => s.Contains(entry)))
            throw new MultibootException($"The guest's entry point 0x{entry:x} lies in none of its segments: link it again.");
    }
}
