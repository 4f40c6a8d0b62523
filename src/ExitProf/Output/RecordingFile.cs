using System.Runtime.InteropServices;
using ExitProf.Linux;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>
/// Where a recording goes while it runs: one file, parts of a size or a length, or its last minutes; written by a thread of its own.
/// </summary>
internal sealed class RecordingFile : ITraceSink, IDisposable
{
    /// <summary>It is not in .NET's list; a number is taken as it is.</summary>
    private const PosixSignal SigUsr1 = (PosixSignal)10;

    private readonly FileInfo file;
    private readonly int? vcpu;
    private readonly TimeSpan patience;
    private readonly Action<string> warn;
    private TraceQueue? queue;
    private LazyTraceFile? whole;
    private TraceParts? parts;
    private FlightRecorder? flight;
    private PosixSignalRegistration? onSignal;
    private bool disposed;

    /// <param name="vcpu">The CPU that the file's thread keeps off.</param>
    /// <param name="patience">How long a block waits for room before it is dropped.</param>
    /// <param name="warn">Takes the sentence that says where the parts of a recording are that did not come to its end.</param>
    public RecordingFile(FileInfo file, int? vcpu, TimeSpan patience, Action<string> warn) =>
        (this.file, this.vcpu, this.patience, this.warn) = (file, vcpu, patience, warn);

    public (long? Bytes, TimeSpan? Time)? Rotate { get; init; }

    public TimeSpan? Keep { get; init; }

    public TimeSpan? Trigger { get; init; }

    /// <summary>The files that were written, after the end.</summary>
    public IReadOnlyList<FileInfo> Files =>
    [
        .. (flight?.Written ?? parts?.Finished.Select(p => p.Path) ?? [file.FullName]).Select(f => new FileInfo(f)),
    ];

    public void Header(TraceHeader header)
    {
        (ITraceSink sink, Action flush) = Open();
        queue = new TraceQueue(sink) { Patience = patience, Begin = KeepOff, Flush = flush };
        queue.Header(header);
        if (flight is not { } recorder) return;
        onSignal = PosixSignalRegistration.Create(SigUsr1, context =>
        {
            context.Cancel = true;
            recorder.Request();
        });
    }

    public void Class(ExitClass exitClass) => queue!.Class(exitClass);

    public void Block(Block block) => queue!.Block(block);

    public void Exits(in ExitBatch batch) => queue!.Exits(batch);

    public void Finding(Finding finding) => queue!.Finding(finding);

    public void Thread(VcpuIdentity thread) => queue!.Thread(thread);

    public void Metric(TableFigure metric) => queue!.Metric(metric);

    public void Stack(StackCount stack) => queue!.Stack(stack);

    public void EventCost(EventCost cost) => queue!.EventCost(cost);

    public void OuterMachine(OuterMachine machine) => queue!.OuterMachine(machine);

    public void End(TraceTotals totals) => queue!.End(totals);

    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        onSignal?.Dispose();
        try
        {
            queue?.Dispose();
        }
        finally
        {
            try
            {
                whole?.Dispose();
                parts?.Dispose();
                flight?.Dispose();
            }
            finally
            {
                if ((flight?.Left ?? parts?.Left) is { Count: > 0 } left) warn(Kept(left));
            }
        }
    }

    private static string Kept(IReadOnlyList<string> left)
    {
        const int MostNames = 4;
        string[] shown = [.. left.Select(ReportFiles.Shown)];
        string names = shown.Length > MostNames ? $"{shown[0]} to {shown[^1]}" : string.Join(", ", shown);
        string parts = shown.Length == 1 ? "a part, a trace" : $"{shown.Length:N0} parts, each a trace";
        return $"what was recorded is in {parts}: {names}.";
    }

    private (ITraceSink Sink, Action Flush) Open()
    {
        var names = new PartNames(file.FullName);
        if (Keep is { } kept)
        {
            flight = new FlightRecorder(names, kept, Trigger);
            return (flight, flight.Flush);
        }
        if (Rotate is { } rotate)
        {
            parts = new TraceParts(names) { MostBytes = rotate.Bytes, MostTime = rotate.Time };
            return (parts, parts.Flush);
        }
        whole = new LazyTraceFile(file);
        return (whole, whole.Flush);
    }

    private void KeepOff()
    {
        if (vcpu is { } cpu) CpuSet.KeepOff(cpu);
    }
}
