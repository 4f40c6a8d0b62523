using System.Collections.Immutable;
using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>The calls of an untraced exit as a flame graph upside down: the exit, its stages, and below each what it calls.</summary>
internal static class CallPicture
{
    /// <summary>Smaller parts of the exit are no longer seen: on a page they are three pixels wide.</summary>
    private const double Thinnest = 1.0 / 300;

    /// <summary>Rows of calls; what is called deeper is in the lowest one.</summary>
    private const int MostLevels = 12;

    /// <returns>Null if nobody counted functions.</returns>
    public static Icicle? Of(Subject subject)
    {
        ImmutableArray<CallTree> stages = subject.Configuration.Calls;
        double whole = stages.Sum(s => s.All);
        if (whole <= 0) return null;
        var fills = new Dictionary<string, string>();
        foreach (StageSummary stage in subject.Configuration.Stages) fills.TryAdd(stage.Name, StageWaterfall.Groups(stage));
        var cells = ImmutableArray.CreateBuilder<IcicleCell>();
        cells.Add(Cell(subject.Label, "total", 0, 0, (long)whole));
        double at = 0;
        foreach (CallTree stage in stages)
        {
            if (fills.GetValueOrDefault(stage.Name) is { } fill)
            {
                cells.Add(Cell(stage.Name, fill, 1, at, stage.All));
                Add(stage, fill, 2, at);
            }
            // Where stages and functions could not be brought together, all calls are the exit's.
            else Add(stage, "handler", 1, at);
            at += stage.All;
        }
        int levels = cells.Max(c => c.Level) + 1;
        return new Icicle(
            FunctionRow.HasCalls(subject)
                ? $"{subject.Label}: time of an exit by stage and call, distorted by function_graph"
                : $"{subject.Label}: instructions of an exit by stage and call",
            $"As wide as its {subject.Unit}, callees included and below it, in the order of the exit; what is too thin to point at is left out.",
            subject.Unit,
            [.. Enumerable.Range(0, levels).Select(i => i switch { 0 => "exit", 1 when fills.Count > 0 => "stages", 2 => "calls", _ => "" })],
            cells.ToImmutable(),
            [.. cells.Select(c => c.Fill).Where(f => f != "total").Distinct().Select(f => (f, f))]
        );

        void Add(CallTree caller, string fill, int level, double from)
        {
            if (level > MostLevels + 1) return;
            foreach (CallTree call in caller.Callees)
            {
                if (call.All >= Thinnest * whole)
                {
                    cells.Add(Cell(call.Name, fill, level, from, call.All));
                    Add(call, fill, level + 1, from);
                }
                from += call.All;
            }
        }

        IcicleCell Cell(string name, string fill, int level, double from, long length) => new(
            VisibleText.Of(name), VisibleText.Of(name), fill, level, from, length, Figures.Cycles(length),
            $"{VisibleText.Of(name)}: {Figures.Cycles(length)} {subject.Unit}, {Figures.Share(length / whole)}");
    }
}
