using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Sends traces to a ClickHouse server: single exits, what they add up to, and last the trace itself. A trace that is there is not sent
/// again; what an export that was cut has left is counted by no query, because the trace's own row names another attempt.
/// </summary>
/// <param name="hostName">The machine that recorded; null to take what the trace says.</param>
/// <param name="statesOnly">True to leave single exits out.</param>
public sealed class ClickHouseExport(ClickHouseServer server, string? hostName, bool statesOnly, CancellationToken cancelled)
{
    /// <summary>A block goes out when its histograms have this many buckets, or this many rows: a sweep has thousands.</summary>
    private const int BucketsPerBlock = 1 << 20, RowsPerBlock = 4096;

    /// <returns>What was sent.</returns>
    /// <exception cref="TraceFormatException">The file is no trace.</exception>
    /// <exception cref="ClickHouseException">The server does not take it, or the file changed meanwhile.</exception>
    public ExportedCounts Send(FileInfo file)
    {
        FileIdentity identity = FileIdentity.Of(file.FullName);
        if (ClickHouseTables.Has(server, identity, withExits: !statesOnly, cancelled))
            return new ExportedCounts(identity, 0, 0) { WasThere = true };
        (TraceSummary summary, List<StateRow> states) = TraceFiles.SummariseWithStates(file.FullName);
        if (summary.Findings.Any(f => f.Is(FindingKind.TraceCut)) && IsOpen(file))
        {
            throw new ClickHouseException(
                $"{file.Name} has no end, and another process has it open: what is being recorded would count again "
                + "when it has grown. Export it when its recording has ended.");
        }
        var trace = new ExportedTrace(identity, (ulong)DateTime.UtcNow.Ticks, "", summary.Header);
        trace = trace with { Host = hostName ?? trace.Fact(ExportedTrace.HostFact) };
        long exits = 0;
        if (!statesOnly)
        {
            using var rows = new ClickHouseExits(server, cancelled);
            exits = rows.Send(file.FullName, trace);
        }
        SendStates(trace, states);
        if (FileIdentity.Of(file.FullName) != identity)
            throw new ClickHouseException($"{file.Name} changed while it was exported: export it again when its recording has ended.");
        SendTrace(trace, summary, exits);
        return new ExportedCounts(identity, exits, states.Count) { Host = trace.Host };
    }

    /// <summary>
    /// Whether a process has the file open that locks what it opens, as every recorder of ours does: then flock gives it to nobody alone.
    /// </summary>
    private static bool IsOpen(FileInfo file)
    {
        try
        {
            using var alone = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
            return false;
        }
        catch (IOException e) when (e is not FileNotFoundException)
        {
            return true;
        }
    }

    private void SendStates(ExportedTrace trace, List<StateRow> states)
    {
        using var insert = new ClickHouseInsert<StateTableRows>(
            server, ClickHouseTables.States.InsertStatement, () => new StateTableRows(), r => r.Block, cancelled);
        StateTableRows rows = insert.Rent();
        long buckets = 0;
        foreach (StateRow state in states)
        {
            rows.Add(trace, state);
            buckets += state.Values.Length;
            if (rows.Block.Rows < RowsPerBlock && buckets < BucketsPerBlock) continue;
            insert.Post(rows);
            rows = insert.Rent();
            buckets = 0;
        }
        if (rows.Block.Rows > 0) insert.Post(rows);
        insert.Finish();
    }

    private void SendTrace(ExportedTrace trace, TraceSummary summary, long exits)
    {
        using var insert = new ClickHouseInsert<TraceTableRows>(
            server, ClickHouseTables.Traces.InsertStatement, () => new TraceTableRows(), r => r.Block, cancelled);
        TraceTableRows rows = insert.Rent();
        rows.Add(trace, summary.File, summary.Bytes, (summary.Traced.Exits, summary.Traced.Complete, summary.UntracedExits), exits,
            (summary.LostEvents, summary.Blocks), summary.Findings);
        insert.Post(rows);
        insert.Finish();
    }
}
