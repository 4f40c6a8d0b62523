namespace ExitProf.Vmm;

/// <summary>
/// Routes a port or an address to the device that owns it: a sorted array, searched by halves, like the kernel's own bus.
/// </summary>
public sealed class IoBus
{
    private readonly List<Range> ranges = [];

    /// <exception cref="ArgumentException">The range is empty, wraps around or overlaps another one.</exception>
    public void Insert(ulong start, ulong length, IIoDevice device)
    {
        if (length == 0 || start + length - 1 < start)
            throw new ArgumentException($"range 0x{start:x}+0x{length:x} is empty or wraps around", nameof(length));
        int at = IndexAfter(start + length - 1);
        if (at > 0 && ranges[at - 1].End >= start)
        {
            throw new ArgumentException($"range 0x{start:x}+0x{length:x} overlaps 0x{ranges[at - 1].Start:x}", nameof(start));
        }
        ranges.Insert(at, new Range(start, start + length - 1, device));
    }

    /// <summary>False if nobody owns the address, or the access reaches past the owner's end: the data are left as they are.</summary>
    public bool Read(ulong address, Span<byte> data)
    {
        if (Find(address, data.Length) is not { } range) return false;
        range.Device.Read(address - range.Start, data);
        return true;
    }

    /// <summary>False if nobody owns the address, or the access reaches past the owner's end.</summary>
    public bool Write(ulong address, ReadOnlySpan<byte> data)
    {
        if (Find(address, data.Length) is not { } range) return false;
        range.Device.Write(address - range.Start, data);
        return true;
    }

    private Range? Find(ulong address, int length)
    {
        int at = IndexAfter(address) - 1;
        if (at < 0) return null;
        Range range = ranges[at];
        return address <= range.End && (ulong)length - 1 <= range.End - address ? range : null;
    }

    /// <summary>Index of the first range that starts after the address.</summary>
    private int IndexAfter(ulong address)
    {
        int low = 0, high = ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ranges[middle].Start <= address) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private readonly record struct Range(ulong Start, ulong End, IIoDevice Device);
}
