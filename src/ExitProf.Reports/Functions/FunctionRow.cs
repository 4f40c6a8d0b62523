using System.Globalization;
using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>A row of the table of functions, in words.</summary>
/// <param name="Count">Instructions of one exit, those of callees left out.</param>
/// <param name="Share">Of the whole exit.</param>
/// <param name="Cumulative">Of this row and all above it.</param>
/// <param name="Stages">The stage with the most of them, and in how many others it is.</param>
internal sealed record FunctionRow(string Name, string Count, string Share, string Cumulative, string Stages)
{
    /// <summary>The functions that a table shows.</summary>
    public const int Most = 20;

    public static readonly string[] Columns = ["instructions", "share", "cumulative"];

    public static IEnumerable<FunctionRow> Of(ConfigurationSummary configuration)
    {
        double whole = configuration.Functions.Sum(f => f.Instructions), sum = 0;
        foreach (FunctionCount function in configuration.Functions.Take(Most))
        {
            sum += function.Instructions;
            yield return new FunctionRow(VisibleText.Of(function.Name), Number(function.Instructions),
                Figures.Share(function.Instructions / whole), Figures.Share(sum / whole), Where(function));
        }
    }

    /// <summary>What the table is of, and where the rest is.</summary>
    public static string Caption(Subject subject)
    {
        int all = subject.Configuration.Functions.Length, shown = Math.Min(all, Most);
        string left = shown < all ? $"the first {shown} of {all} functions" : $"all {Figures.Count(all, "function")}";
        return $"Instructions of one untraced exit by function, without those of its callees: {left}. Every call: exitprof export --to folded";
    }

    /// <summary>"27 → 228".</summary>
    public static string Change(FunctionShift shift) => $"{Number(shift.Base)} → {Number(shift.New)}";

    /// <summary>"+201".</summary>
    public static string Difference(FunctionShift shift) => shift.Difference.ToString("+#,0;-#,0", CultureInfo.InvariantCulture);

    public static string ChangeCaption(ComparedRow row)
    {
        int left = row.Functions.Length - Most;
        return $"Functions of {VerdictSentences.Name(row)} whose instructions differ{(left > 0 ? $", the first {Most}; {left} more differ less" : "")}";
    }

    private static string Where(FunctionCount function)
    {
        (string stage, long instructions) = function.Stages.MaxBy(s => s.Instructions);
        int others = function.Stages.Length - 1;
        return others == 0 ? stage : $"{stage} {Number(instructions)}, {others} more";
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
