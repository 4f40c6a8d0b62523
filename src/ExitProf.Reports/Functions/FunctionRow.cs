using System.Collections.Immutable;
using System.Globalization;
using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>A row of the table of functions, in words.</summary>
/// <param name="Figures">Of one exit, callees left out: one for each of the columns.</param>
/// <param name="Stages">The stage with the most of them, and in how many others it is.</param>
internal sealed record FunctionRow(string Name, ImmutableArray<string> Figures, string Stages)
{
    /// <summary>The functions that a table shows.</summary>
    public const int Most = 20;

    /// <summary>Count, its share of the whole exit, that of all rows so far; time only where it is not what was counted.</summary>
    public static IEnumerable<string> Columns(Subject subject) =>
        HasCalls(subject) ? ["calls", "share", "cumulative", Distorted(subject)] : ["instructions", "share", "cumulative"];

    public static IEnumerable<FunctionRow> Of(ConfigurationSummary configuration)
    {
        double whole = configuration.Functions.Sum(f => f.Count), sum = 0;
        foreach (FunctionCount function in Called(configuration).Take(Most))
        {
            sum += function.Count;
            string[] figures = [Number(function.Count), Reports.Figures.Share(function.Count / whole), Reports.Figures.Share(sum / whole)];
            yield return new FunctionRow(VisibleText.Of(function.Name),
                [.. figures, .. function.Distorted is { } ticks ? (string[])[Number(ticks)] : []], Where(function));
        }
    }

    /// <summary>"cycles, distorted": what a tracer that writes at both ends of each call makes of time.</summary>
    public static string Distorted(Subject subject) => $"{subject.Unit}, distorted";

    /// <summary>Whether calls were counted, and not instructions.</summary>
    public static bool HasCalls(Subject subject) => subject.Configuration.Functions.Any(f => f.Distorted != null);

    /// <summary>What the table is of, and where the rest is.</summary>
    public static string Caption(Subject subject)
    {
        int all = Called(subject.Configuration).Count(), shown = Math.Min(all, Most);
        string left = shown < all ? $"the first {shown} of {all} functions" : $"all {Reports.Figures.Count(all, "function")}";
        string what = HasCalls(subject)
            ? "Calls of one exit by function, exact for functions that the kernel's function_graph can trace (inlined and noinstr ones are missing); "
                + "time is distorted by it"
            : "Instructions of one untraced exit by function, without those of its callees";
        return $"{what}: {left}. Every call: exitprof export --to folded";
    }

    /// <summary>"27 → 228".</summary>
    public static string Change(FunctionShift shift) => $"{Number(shift.Base)} → {Number(shift.New)}";

    /// <summary>"+201".</summary>
    public static string Difference(FunctionShift shift) => shift.Difference.ToString("+#,0;-#,0", CultureInfo.InvariantCulture);

    public static string ChangeCaption(ComparedRow row)
    {
        int left = row.Functions.Length - Most;
        return $"Functions of {VerdictSentences.Name(row)} that differ{(left > 0 ? $", the first {Most}; {left} more differ less" : "")}";
    }

    private static string Where(FunctionCount function)
    {
        FunctionStage most = function.Stages.MaxBy(s => s.Count);
        int others = function.Stages.Count(s => s.Count > 0) - 1;
        return others == 0 ? most.Stage : $"{most.Stage} {Number(most.Count)}, {others} more";
    }

    /// <summary>What is no function, such as user space, has time and no calls.</summary>
    private static IEnumerable<FunctionCount> Called(ConfigurationSummary configuration) => configuration.Functions.Where(f => f.Count > 0);

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
