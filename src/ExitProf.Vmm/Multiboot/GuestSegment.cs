namespace ExitProf.Vmm;

/// <summary>A piece of a guest's image: where it goes, what is in it, how many bytes it takes; those beyond its contents are 0.</summary>
/// <param name="Address">Guest-physical.</param>
public readonly record struct GuestSegment(ulong Address, ReadOnlyMemory<byte> Contents, ulong Bytes)
{
    /// <summary>The first address that is not part of it. Both parts have 32 bits, so nothing wraps around.</summary>
    public ulong End => Address + Bytes;

    public bool Contains(ulong address) => address >= Address && address < End;
}
