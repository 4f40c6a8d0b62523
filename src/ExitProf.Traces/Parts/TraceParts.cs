using System.Globalization;

namespace ExitProf.Traces;

/// <summary>
/// Writes a recording as several files, each a trace by itself: with the header, the classes and the threads that it needs, and totals of
/// its own. A part ends at the end of a round, because the blocks of a round are compared with each other.
/// </summary>
/// <remarks>
/// Findings that come before the first round are about the recording and stand in every part; the others are in the part that was written
/// when they came. Blocks and classes keep their numbers.
/// </remarks>
public sealed class TraceParts(PartNames names) : ITraceSink, IDisposable
{
    /// <summary>The host fact that says which part of which recording a trace is.</summary>
    public const string FactName = "part";

    private readonly List<ExitClass> classes = [];
    private readonly SortedDictionary<int, VcpuIdentity> threads = [];
    private readonly List<Finding> common = [];
    private readonly List<TracePart> finished = [];
    private TraceHeader? header;
    private FileStream? stream;
    private TraceWriter? writer;
    private TracePart? current;
    private Block? last;
    private ulong? first;
    private bool ended;

    /// <summary>A part that has this many bytes is followed by another one.</summary>
    public long? MostBytes { get; init; }

    /// <summary>A part that is as long as this is followed by another one.</summary>
    public TimeSpan? MostTime { get; init; }

    /// <summary>Whether the part that is being written ends with its round, full or not.</summary>
    public bool EndsWithRound { get; set; }

    /// <summary>Parts that are whole, in order of time.</summary>
    public IReadOnlyList<TracePart> Finished => finished;

    /// <summary>Traces that a recording leaves that did not come to its end, in order of time; after <see cref="Dispose"/>.</summary>
    public IReadOnlyList<string> Left { get; private set; } = [];

    /// <summary>The part that is being written, or could not be written to its end; null if there is none.</summary>
    internal string? Unfinished =>
        current is { } part && (finished.Count == 0 || !ReferenceEquals(finished[^1], part)) ? part.Path : null;

    /// <summary>Number of the part that is being written, from 1.</summary>
    public int Number { get; private set; }

    public void Header(TraceHeader header)
    {
        names.KeepOlder();
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(names.Whole)!);
        this.header = header;
        Begin(header.StartUtc);
    }

    public void Class(ExitClass exitClass)
    {
        classes.Add(exitClass);
        writer!.Class(exitClass);
    }

    public void Block(Block block)
    {
        if (!block.Calibration)
        {
            first ??= block.StartTsc;
            bool border = last is { } before && before.Round != block.Round;
            if (border && (EndsWithRound || IsFull(block))) Next(block);
            last = block;
            if (current!.StartTsc == 0) current = current with { StartTsc = block.StartTsc };
        }
        writer!.Block(block);
        current = current! with { EndTsc = Math.Max(current.EndTsc, block.EndTsc), Exits = current.Exits + block.Exits };
    }

    public void Exits(in ExitBatch batch) => writer!.Exits(batch);

    public void Finding(Finding finding)
    {
        if (last == null) common.Add(finding);
        writer!.Finding(finding);
    }

    public void Thread(VcpuIdentity thread)
    {
        threads[thread.Index] = thread;
        writer!.Thread(thread);
    }

    public void Metric(TableFigure metric) => writer!.Metric(metric);

    public void Stack(StackCount stack) => writer!.Stack(stack);

    public void EventCost(EventCost cost) => writer!.EventCost(cost);

    public void OuterMachine(OuterMachine machine) => writer!.OuterMachine(machine);

    public void End(TraceTotals totals)
    {
        Finish(totals.Interrupted);
        ended = true;
    }

    /// <summary>Gives everything handed over so far to the operating system.</summary>
    public void Flush() => writer?.Flush();

    /// <summary>Without an <see cref="End"/> the last part reads as a trace that was cut there.</summary>
    public void Dispose()
    {
        Close();
        if (!ended) Left = LeftParts.Of([.. finished.Select(p => p.Path), .. Unfinished is { } path ? [path] : (string[])[]]);
    }

    /// <summary>Closes the part that is being written, whatever became of it.</summary>
    internal void Close()
    {
        try
        {
            writer?.Dispose();
        }
        catch (IOException)
        {
            // The write that failed first has been said.
        }
        writer = null;
    }

    /// <summary>Seconds between two stamps of the recording; 0 where its clock has no rate.</summary>
    internal double Seconds(ulong from, ulong until) =>
        header is { Clock.Hertz: > 0 and var hertz } && until > from ? (until - from) / (double)hertz : 0;

    private bool IsFull(Block next) =>
        stream!.Position >= MostBytes || MostTime is { } most && Seconds(current!.StartTsc, next.StartTsc) >= most.TotalSeconds;

    private void Next(Block block)
    {
        Finish(interrupted: false);
        EndsWithRound = false;
        Begin(header!.StartUtc + TimeSpan.FromSeconds(Seconds(first!.Value, block.StartTsc)));
        foreach (ExitClass known in classes) writer!.Class(known);
        foreach (VcpuIdentity known in threads.Values) writer!.Thread(known);
        foreach (Finding known in common) writer!.Finding(known);
    }

    private void Begin(DateTime startUtc)
    {
        Number++;
        current = new TracePart(names.Part(Number), 0, 0, 0);
        stream = new FileStream(current.Path, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        writer = new TraceWriter(stream);
        string begun = header!.StartUtc.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
        var fact = new Fact(FactName, string.Create(CultureInfo.InvariantCulture, $"{Number} of the recording that began {begun}"));
        writer.Header(header with { StartUtc = startUtc, Host = [.. header.Host, fact] });
    }

    private void Finish(bool interrupted)
    {
        TraceWriter ending = writer!;
        ending.End(ending.Totals(interrupted));
        writer = null;
        ending.Dispose();
        finished.Add(current!);
    }
}
