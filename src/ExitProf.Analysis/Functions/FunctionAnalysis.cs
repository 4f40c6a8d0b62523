using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Brings a recording of an emulated host and the ways that its exits took together: instructions of an untraced exit by stage and by
/// function. The plugin knows nothing of configurations and events, but the trace says how long each exit was, and no two ways of one
/// recording that matter have the same length by chance.
/// </summary>
public static class FunctionAnalysis
{
    /// <param name="trace">The recording, of the same run as the ways.</param>
    public static FunctionsOfExits Of(Stream trace, string name, ExitWays ways, KernelSymbols symbols)
    {
        var counts = new ExactCounts();
        TraceReader.Read(trace, name, counts);
        TraceHeader header = counts.TraceHeader!;
        var stacks = ImmutableArray.CreateBuilder<StackCount>();
        var costs = ImmutableArray.CreateBuilder<EventCost>();
        var findings = ImmutableArray.CreateBuilder<Finding>();
        foreach ((int index, Configuration configuration) in header.Configurations.Index().Where(c => !c.Item.IsEmptyLoop))
        {
            if (counts.Totals(index) is not [var (total, _), ..] || Find(ways, total, _ => true) is not { } plain)
            {
                Report(FindingKind.NoFunctions, "No way of as many instructions as the most frequent exit has was seen between two stamps "
                    + "of the guest, so there are no functions.");
                continue;
            }
            (Walk Walk, ImmutableArray<Stamp> Signature, WayStages Ways)? cut = Cut(header, counts, index, ways, plain);
            if (cut == null && header.Groups != EventGroups.None)
            {
                Report(FindingKind.FunctionsWithoutStages, "The traced exit could not be brought together with the untraced one: "
                    + "functions are counted for the exit as a whole.");
            }
            if (cut is { } known) costs.AddRange(Costs(index, known.Signature, known.Ways));
            stacks.AddRange(Count(index, plain, cut, symbols));

            void Report(FindingKind kind, string text) => findings.Add(kind.Of(1, text) with { Subject = configuration.Name });
        }
        return new FunctionsOfExits(stacks.ToImmutable(), costs.ToImmutable(), findings.ToImmutable());
    }

    /// <summary>The most frequent way of a length.</summary>
    private static ExitWay? Find(ExitWays ways, long length, Func<ExitWay, bool> fits) =>
        ways.Ways.Where(w => w.Instructions.Length == length && fits(w)).MaxBy(w => w.Exits);

    private static (Walk Walk, ImmutableArray<Stamp> Signature, WayStages Ways)? Cut(
        TraceHeader header, ExactCounts counts, int configuration, ExitWays ways, ExitWay plain)
    {
        if (counts.MostFrequent(configuration) is not var (exitClass, steps)) return null;
        if (Walk.Of(BorderTable.Row(header, exitClass), exitClass.Signature.AsSpan()) is not { TotalOnly: false } walk) return null;
        ExitWay? traced = Find(ways, steps.Sum(), w => ReadsClock(w, steps));
        return traced != null && WayStages.Of(plain, traced, steps, walk) is { } found ? (walk, exitClass.Signature, found) : null;
    }

    /// <summary>Whether a way reads the clock wherever the recorded exit has a stamp.</summary>
    private static bool ReadsClock(ExitWay way, long[] steps)
    {
        long at = 0;
        foreach (long step in steps)
        {
            if (at < 0 || at >= way.Instructions.Length || !way.Instructions[(int)at].IsClock) return false;
            at += step;
        }
        return true;
    }

    /// <summary>In the order of the exit; an event that comes several times is there as many times.</summary>
    private static IEnumerable<EventCost> Costs(int configuration, ImmutableArray<Stamp> signature, WayStages ways) =>
        signature.Zip(ways.Events).Where(e => e.First.IsKernelEvent())
            .Select(e => new EventCost(configuration, e.First, e.Second.Head, e.Second.Tail));

    private static IEnumerable<StackCount> Count(
        int configuration, ExitWay plain, (Walk Walk, ImmutableArray<Stamp> Signature, WayStages Ways)? cut, KernelSymbols symbols)
    {
        // The calls that are open when the guest is entered are those that its next exit returns to; exits repeat.
        var outer = new CallStack(symbols);
        string[] entered = [];
        foreach (WayInstruction instruction in plain.Instructions)
        {
            outer.Step(instruction);
            if (instruction.IsVmrun) entered = [.. outer.Frames];
        }
        var stack = new CallStack(symbols, entered);
        var counts = new Dictionary<(string Stage, string Stack), long>();
        for (int i = 0; i < plain.Instructions.Length; i++)
        {
            string frames = stack.Step(plain.Instructions[i]);
            string stage = cut is { } c && c.Ways.Stages[i] >= 0 ? c.Walk.Stages[c.Ways.Stages[i]].Name : "";
            counts[(stage, frames)] = counts.GetValueOrDefault((stage, frames)) + 1;
        }
        // In the order in which an exit comes to them.
        return counts.Select(c => new StackCount(configuration, c.Key.Stage, c.Key.Stack, c.Value));
    }
}
