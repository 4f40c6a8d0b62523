using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>What is said of the tails of compared rows.</summary>
internal static class TailSentences
{
    /// <summary>Rows whose tails decide nothing and are told one by one; more of them share a sentence.</summary>
    private const int MostSingly = 3;

    /// <summary>Rows that one sentence names.</summary>
    private const int MostNames = 10;

    /// <summary>The tails of all rows: those that decide or are doubtful singly, many others by what is said of them.</summary>
    public static IEnumerable<string> Of(IReadOnlyCollection<ComparedRow> rows)
    {
        ComparedRow[] told = [.. rows.Where(r => Of(r).Length > 0)], plain = [.. told.Where(r => !IsNews(r.Total.Tail!))];
        bool singly = plain.Length <= MostSingly;
        foreach (ComparedRow row in told)
            if (singly || IsNews(row.Total.Tail!)) yield return Of(row);
        if (singly) yield break;
        foreach (var alike in plain.GroupBy(r => Word(r.Total.Tail!)))
        {
            ComparedRow[] group = [.. alike];
            if (group.Length == 1)
            {
                yield return Of(group[0]);
                continue;
            }
            string names = string.Join(", ", group.Take(MostNames).Select(VerdictSentences.Name));
            if (group.Length > MostNames) names += $" and {group.Length - MostNames} more";
            yield return $"Tails of {names}: {alike.Key}{Why(group)}.";
        }
    }

    /// <summary>What the tail of a row says in one sentence; empty where there is nothing to say of it.</summary>
    public static string Of(ComparedRow row)
    {
        if (row.Total.Tail is not { } tail) return "";
        // Runs that have one value have no worst ones.
        if (row.Total.Method == JudgedShift.ByPermutation && !IsNews(tail)) return "";
        string unit = VerdictSentences.Unit(row) is { Length: > 0 } word ? " " + word : "";
        string head = $"Tail of {VerdictSentences.Name(row)}: {Word(tail)}";
        if (tail.Method == JudgedTail.ByQuantile)
        {
            string confidence = VerdictSentences.Confidence(1 - tail.Alpha), range = VerdictSentences.Range(tail.Percent);
            string interval = $"{VerdictSentences.Percent(tail.Percent.Value)} ({confidence} interval {range})";
            // Of two or three runs an interval can reach beyond anything that a cost can do.
            string figures = tail.Percent is { Exists: true, Low: > -100, High: < VerdictSentences.MostPercent }
                ? $"{VerdictSentences.Value(row, tail.Base)} -> {VerdictSentences.Value(row, tail.New)}{unit}, {interval}"
                : "too few for an interval";
            return $"{head}; p{tail.Quantile * 100:0.#} of each {(row.Kind == "quad" ? "group of quads" : row.Kind)} {figures}.";
        }
        if (!double.IsFinite(tail.Threshold)) return $"{head}; no count of so few {row.Kind}s would be one.";
        string test = tail.Method == JudgedTail.ByPairs ? "the sign test of pairs" : "Fisher's exact test";
        string less = tail.LessMargin ? $", those of the {(tail.OfBase ? "base" : "new side")} less the margin" : "";
        return $"{head}; {tail.NewBeyond:N0} of {row.NewRuns:N0} new {row.Kind}s and {tail.BaseBeyond:N0} of {row.BaseRuns:N0} of the base are at"
            + $" {VerdictSentences.Value(row, tail.Threshold)}{unit} or {(row.HigherIsBetter ? "below" : "above")}{less}"
            + $" ({test}, p = {ChanceText.Of(tail.Chance)}, against {ChanceText.Of(tail.Alpha)}).";
    }

    /// <summary>True of a tail that a reader has to know of.</summary>
    private static bool IsNews(JudgedTail tail) => tail.Verdict is Verdict.Worse or Verdict.Better || tail.Doubtful;

    private static string Word(JudgedTail tail) => tail.Verdict switch
    {
        Verdict.CannotTell => "not judged",
        Verdict.Same when tail.Method == JudgedTail.ByQuantile => "no shift is proven",
        Verdict.Same => "none",
        var other => other.Words(),
    };

    /// <summary>"; the least chance is p = 0.080, against 0.0060" of tails that are counted.</summary>
    private static string Why(ComparedRow[] group)
    {
        double[] chances = [.. group.Select(r => r.Total.Tail!.Chance).Where(double.IsFinite)];
        if (group.All(r => !double.IsFinite(r.Total.Tail!.Threshold))) return group.Any(r => r.Total.Tail!.Method == JudgedTail.ByQuantile)
            ? "" : $"; no count of so few {group[0].Kind}s would be one";
        return chances.Length == 0 ? ""
            : $"; the least likely has p = {ChanceText.Of(chances.Min())}, against {ChanceText.Of(group[0].Total.Tail!.Alpha)}";
    }
}
