namespace ExitProf.Analysis;

/// <summary>Values of a <see cref="Histogram"/> one by one, before they get counters.</summary>
internal struct FewValues
{
    private ulong[]? values;

    public int Count { get; private set; }

    public readonly ReadOnlySpan<ulong> Values => values.AsSpan(0, Count);

    public void Add(ulong value)
    {
        if (values is null || Count == values.Length) Array.Resize(ref values, Math.Max(8, Count * 2));
        values[Count++] = value;
    }

    public void Add(ReadOnlySpan<ushort> more)
    {
        foreach (ushort value in more) Add(value);
    }
}
