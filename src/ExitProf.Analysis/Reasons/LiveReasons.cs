using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>The exits of a trace that is still being written, by reason: of all of it, or of what came since one looked last.</summary>
public sealed class LiveReasons : ITraceSink
{
    private readonly List<ExitClass> classes = [];
    private readonly Dictionary<int, VcpuIdentity> threads = [];
    private readonly List<Finding> findings = [];
    private readonly List<TableFigure> metrics = [];
    private ReasonAnalysis current = new();

    /// <summary>Null until the recording has begun.</summary>
    public TraceHeader? Trace { get; private set; }

    public IReadOnlyList<Finding> Findings => findings;

    public IReadOnlyList<TableFigure> Metrics => metrics;

    /// <summary>The table of everything since the last call; null before the header, and of a trace of our own VMM.</summary>
    public ReasonTable? Take()
    {
        ReasonTable? table = current.Summarise();
        if (Trace is null) return table;
        // The next slice has exits of classes and threads that were told before.
        current = new ReasonAnalysis();
        current.Header(Trace);
        foreach (ExitClass known in classes) current.Class(known);
        foreach (VcpuIdentity thread in threads.Values) current.Thread(thread);
        return table;
    }

    public void Header(TraceHeader header) => current.Header(Trace = header);

    public void Class(ExitClass exitClass)
    {
        classes.Add(exitClass);
        current.Class(exitClass);
    }

    public void Block(Block block) => current.Block(block);

    public void Exits(in ExitBatch batch) => current.Exits(batch);

    public void Thread(VcpuIdentity thread)
    {
        threads[thread.Index] = thread;
        current.Thread(thread);
    }

    public void Metric(TableFigure metric) => metrics.Add(metric);

    public void Finding(Finding finding) => findings.Add(finding);

    public void End(TraceTotals totals) => current.End(totals);
}
