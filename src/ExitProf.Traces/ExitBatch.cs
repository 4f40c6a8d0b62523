namespace ExitProf.Traces;

/// <summary>Up to <see cref="MaxExits"/> consecutive exits of one vCPU and one block, encoded (see <see cref="ExitEncoder"/>).</summary>
/// <param name="block">Index of the block.</param>
/// <param name="vcpu">Number of the vCPU.</param>
/// <param name="count">Number of exits.</param>
/// <param name="startTsc">The clock's value that the first exit's gap counts from.</param>
/// <param name="data">The exits, followed by <see cref="Padding"/> zero bytes.</param>
public readonly ref struct ExitBatch(int block, int vcpu, int count, ulong startTsc, ReadOnlySpan<byte> data)
{
    public const int MaxExits = 1024;

    /// <summary>Lets a decoder load whole vectors without looking at the end of the data first.</summary>
    public const int Padding = 32;

    public int Block { get; } = block;
    public int Vcpu { get; } = vcpu;
    public int Count { get; } = count;
    public ulong StartTsc { get; } = startTsc;
    public ReadOnlySpan<byte> Data { get; } = data;

    public BatchCoding Coding { get; init; } = BatchCoding.Rows;
}
