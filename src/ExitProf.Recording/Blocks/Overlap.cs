namespace ExitProf.Recording;

/// <summary>
/// The part of a block in which all of its vCPUs exit. One that began first, or made its exits faster, has the rest of the machine to
/// itself before and after: those exits are kept, and do not count.
/// </summary>
/// <param name="From">When the last vCPU began.</param>
/// <param name="To">When the first one ended.</param>
internal readonly record struct Overlap(ulong From, ulong To)
{
    /// <summary>All there is.</summary>
    public static Overlap Alone => new(0, ulong.MaxValue);

    /// <summary>The overlap of a block whose vCPUs began and ended at these times.</summary>
    public static Overlap Of(IReadOnlyList<(ulong First, ulong Last)> vcpus) =>
        vcpus.Count == 1 ? Alone : new(vcpus.Max(v => v.First), vcpus.Min(v => v.Last));

    /// <summary>How many exits do not count at the beginning and at the end of one vCPU's.</summary>
    /// <param name="ends">Beginning and end of each exit.</param>
    /// <param name="warmUp">So many do not count anyway.</param>
    public (int WarmUp, int CoolDown) Outside(ReadOnlySpan<ulong> ends, int warmUp)
    {
        int exits = ends.Length / 2, before = 0, after = 0;
        while (before < exits && ends[2 * before] < From) before++;
        while (after < exits && ends[2 * (exits - after) - 1] > To) after++;
        before = Math.Max(before, Math.Min(warmUp, exits));
        return (before, Math.Min(after, exits - before));
    }
}
