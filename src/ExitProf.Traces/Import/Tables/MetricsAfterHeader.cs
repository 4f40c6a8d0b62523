namespace ExitProf.Traces;

/// <summary>Keeps the figures of tables until the trace has its header, which the events of the same text may be needed for.</summary>
internal sealed class MetricsAfterHeader(ITraceSink sink) : ITraceSink
{
    private readonly List<TableFigure> metrics = [];

    public void Metric(TableFigure metric) => metrics.Add(metric);

    /// <summary>Hands them over.</summary>
    internal void Complete()
    {
        foreach (TableFigure metric in metrics) sink.Metric(metric);
        metrics.Clear();
    }

    public void Header(TraceHeader header) => sink.Header(header);

    public void Class(ExitClass exitClass) => sink.Class(exitClass);

    public void Block(Block block) => sink.Block(block);

    public void Exits(in ExitBatch batch) => sink.Exits(batch);

    public void Finding(Finding finding) => sink.Finding(finding);

    public void End(TraceTotals totals) => sink.End(totals);
}
