namespace ExitProf.Traces;

/// <summary>
/// What a trace is, as a sequence of calls. The recorder and the importers call it; the file writer and the analysis are called.
/// </summary>
/// <remarks>
/// Order: one header; then classes, blocks, batches and findings, where a class stands before the first exit of it and a block before its
/// batches; one end, which is missing if the trace was cut.
/// </remarks>
public interface ITraceSink
{
    void Header(TraceHeader header);

    void Class(ExitClass exitClass);

    void Block(Block block);

    /// <exception cref="FormatException">The batch cannot be decoded to its end. A reader counts it as a finding and goes on.</exception>
    void Exits(in ExitBatch batch);

    void Finding(Finding finding);

    /// <summary>
    /// Whose exits the blocks of an index are, before the first of them; again when more has become known. Recordings of our own VMM have
    /// none.
    /// </summary>
    void Thread(VcpuIdentity thread)
    {
    }

    /// <summary>A figure of a table that another tool printed.</summary>
    void Metric(TableFigure metric)
    {
    }

    /// <summary>Instructions or calls of a function, where somebody counted them.</summary>
    void Stack(StackCount stack)
    {
    }

    /// <summary>What an event costs; only emulated hosts can count it.</summary>
    void EventCost(EventCost cost)
    {
    }

    /// <summary>When, by what and on what an emulated host ran.</summary>
    void OuterMachine(OuterMachine machine)
    {
    }

    void End(TraceTotals totals);
}

/// <summary>What the end of a trace says about the whole, so that a reader can tell that it has everything.</summary>
/// <param name="Interrupted">True if the recording was ended early (Ctrl-C).</param>
public sealed record TraceTotals(long Exits, long Batches, int Blocks, int Classes, int Findings, bool Interrupted);
