using System.Runtime.InteropServices;
using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>A range of guest-physical addresses with memory of the host behind it.</summary>
/// <param name="Index">KVM's number of the slot.</param>
/// <param name="ReadOnly">A ROM: what is written there is an access to a device.</param>
public sealed unsafe record MemorySlot(uint Index, ulong Start, LockedMemory Memory, bool ReadOnly)
{
    public ulong Bytes => (ulong)Memory.Bytes;

    internal byte* Host => (byte*)Memory.Address;
}

/// <summary>
/// Guest-physical memory as the VMM sees it. Every access goes through <see cref="Find"/>, which gives a range that lies in one slot as a
/// whole or nothing: no address that a guest makes up leads outside its memory.
/// </summary>
public sealed unsafe class GuestMemory
{
    private readonly List<MemorySlot> slots = [];

    // The slots again, as what the search needs: few, and most accesses hit the first ones.
    private Range[] ranges = [];

    public IReadOnlyList<MemorySlot> Slots => slots;

    public void Add(MemorySlot slot)
    {
        slots.Add(slot);
        ranges = [.. slots.Select(s => new Range(s.Start, s.Bytes, s.Host, s.ReadOnly))];
    }

    /// <summary>The bytes at an address; empty if not all of them are in one slot.</summary>
    public Span<byte> Find(ulong address, int bytes)
    {
        foreach (ref readonly Range range in ranges.AsSpan())
        {
            ulong offset = address - range.Start;
            if (offset < range.Bytes && (ulong)bytes <= range.Bytes - offset) return new Span<byte>(range.Host + offset, bytes);
        }
        return [];
    }

    /// <summary>The same for writing: a ROM is not found.</summary>
    public Span<byte> FindWritable(ulong address, int bytes)
    {
        foreach (ref readonly Range range in ranges.AsSpan())
        {
            ulong offset = address - range.Start;
            if (offset < range.Bytes && (ulong)bytes <= range.Bytes - offset)
                return range.ReadOnly ? [] : new Span<byte>(range.Host + offset, bytes);
        }
        return [];
    }

    /// <summary>Eight bytes, little endian, at a multiple of eight; false if there is no memory.</summary>
    public bool TryRead(ulong address, out ulong value)
    {
        Span<byte> found = Find(address & ~7ul, sizeof(ulong));
        value = found.IsEmpty ? 0 : Volatile.Read(in MemoryMarshal.AsRef<ulong>(found));
        return !found.IsEmpty;
    }

    /// <summary>Sets bits of eight bytes in one step, as a CPU sets a flag of a page-table entry that another one may be writing.</summary>
    public void Or(ulong address, ulong bits)
    {
        Span<byte> found = FindWritable(address & ~7ul, sizeof(ulong));
        if (!found.IsEmpty) Interlocked.Or(ref MemoryMarshal.AsRef<ulong>(found), bits);
    }

    private readonly struct Range(ulong start, ulong bytes, byte* host, bool readOnly)
    {
        public readonly ulong Start = start;
        public readonly ulong Bytes = bytes;
        public readonly byte* Host = host;
        public readonly bool ReadOnly = readOnly;
    }
}
