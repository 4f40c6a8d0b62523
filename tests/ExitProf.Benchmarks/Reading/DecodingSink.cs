using ExitProf.Traces;

namespace ExitProf.Benchmarks;

/// <summary>Takes the batches of a trace and does nothing with them, or decodes them only.</summary>
internal sealed class DecodingSink(bool decode) : ITraceSink
{
    private readonly ExitColumns columns = new();
    private readonly byte[] lengths = new byte[1 << 12];
    private int grain = 1;

    public void Header(TraceHeader header) => grain = header.Clock.Grain;

    public void Class(ExitClass exitClass) => lengths[exitClass.Index] = (byte)exitClass.Signature.Length;

    public void Block(Block block)
    {
    }

    public void Exits(in ExitBatch batch)
    {
        if (decode) columns.Decode(batch, grain, lengths);
    }

    public void Finding(Finding finding)
    {
    }

    public void End(TraceTotals totals)
    {
    }
}
