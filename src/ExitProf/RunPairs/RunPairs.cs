using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>Runs two commands in pairs. Which goes first is drawn for each pair, so that neither has the better half of them.</summary>
internal sealed class RunPairs(CommandRun first, CommandRun second, ulong seed, CommandConsole console)
{
    private readonly List<(MeasuredRun A, MeasuredRun B)> pairs = [];
    private readonly SplitMix64 random = new(seed);

    /// <exception cref="OperationCanceledException">Ctrl-C before there was a pair.</exception>
    public ComparisonSummary Run(Gate gate, int count, (string A, string B) commands, string unit, CancellationToken cancelled)
    {
        var progress = new PairProgress(console);
        try
        {
            progress.Report(0, count, "warming up", null);
            Pair("warm-up pair", random.Heads());
            for (int i = 1; i <= count; i++)
            {
                progress.Report(i, count, "running", pairs.Count > 0 ? Judge(gate, commands, unit) : null);
                pairs.Add(Pair($"pair {i}", random.Heads()));
            }
        }
        catch (OperationCanceledException) when (pairs.Count > 0)
        {
            // What was measured is judged; the command ends as one that was interrupted.
        }
        finally
        {
            progress.Clear();
        }
        return Judge(gate, commands, unit);

        (MeasuredRun, MeasuredRun) Pair(string name, bool baseFirst)
        {
            MeasuredRun? a = baseFirst ? first.Measure("a, " + name, cancelled) : null;
            MeasuredRun b = second.Measure("b, " + name, cancelled);
            a ??= first.Measure("a, " + name, cancelled);
            if (a.Trace is null != b.Trace is null)
                throw new RunFailedException(
                    "One side wrote a trace and the other printed numbers: the two cannot be compared."
                );
            return (a, b);
        }
    }

    private ComparisonSummary Judge(Gate gate, (string A, string B) commands, string unit)
    {
        ComparisonSummary judged = pairs[0].A.Trace is null
            ? NumberComparison.OfPairs(
                gate.In(unit, ""),
                [.. pairs.Select(p => p.A.Value)],
                [.. pairs.Select(p => p.B.Value)],
                pairs.Max(p => Math.Max(p.A.Decimals, p.B.Decimals)),
                unit
            )
            : TraceComparison.OfPairs(gate, [.. pairs.Select(p => p.A.Trace!)], [.. pairs.Select(p => p.B.Trace!)]);
        Finding[] order =
        [
            FindingKind.WarmUpPair.Of(1, "The first pair of runs only warmed up and is in no figure."),
            FindingKind.PairOrder.Of(pairs.Count, $"Which side went first was drawn for each pair by seed {seed}."),
        ];
        SideOrigin here = SideOrigin.Of([new Fact("host", Environment.MachineName), .. HostFacts.Collect()], [DateTime.UtcNow]);
        return judged with
        {
            Base = [commands.A],
            New = [commands.B],
            BaseOrigin = judged.BaseOrigin ?? here,
            NewOrigin = judged.NewOrigin ?? here,
            Findings = [.. judged.Findings, .. order],
        };
    }
}
