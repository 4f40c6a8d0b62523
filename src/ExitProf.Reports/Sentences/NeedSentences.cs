using System.Globalization;
using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>What it would take to decide a comparison that nobody can tell.</summary>
internal static class NeedSentences
{
    /// <summary>The JSON says what each comparison beyond these needs.</summary>
    private const int MostListed = 16;

    /// <summary>Less than a tenth of a nanosecond nobody measures, in whatever unit.</summary>
    private const int MostDecimals = 11;

    /// <summary>What it would take to decide; empty if all is decided.</summary>
    public static string Of(ComparisonSummary c)
    {
        // A stage that the gate looks at can be what nobody can tell.
        if (c.Verdict != Verdict.CannotTell && c.Rows.All(r => r.Total.Verdict != Verdict.CannotTell)) return "";
        string units = VerdictSentences.Units(c);
        if (c.Rows.IsEmpty)
            return $"{ComparisonSummary.LeastRuns} {units} on each side would be needed for an interval: the base has none.";
        if (c.More is not { } more)
            return $"These {units} cannot say how many more would decide.";
        string needed = MoreOf(c, more);
        ComparedRow[] open = [.. c.Rows.Where(r => r.Total.Verdict == Verdict.CannotTell)];
        if (
            open is [{ Kind: not "quad", Paired: false, Total: { Method: JudgedShift.None } total } row]
            && double.IsFinite(more.LargestSpread)
        )
        {
            // Of one shift it can be said how little runs may differ.
            string unit = VerdictSentences.Unit(row) is { Length: > 0 } word ? " " + word : "";
            return $"At least {needed} would be needed, {ComparisonSummary.AdvisedRuns} a side: they decide a shift of {VerdictSentences.Number(Math.Abs(total.Absolute.Value), row.Decimals)}{unit}"
                + $" if the {units} of a side differ by a standard deviation of {Spread(more.LargestSpread)}{unit} at the most.";
        }
        if (open.Length > 1 && open.All(r => r.Total is { Method: JudgedShift.None, More: { } own } && double.IsFinite(own.LargestSpread)))
            return $"At least {needed} would be needed, {ComparisonSummary.AdvisedRuns} a side: they decide the shifts that are seen if the "
                + $"{units} of a side differ by a standard deviation of at most {Spreads(open)}.";
        if (Each(c, open) is { Length: > 0 } each) return each;
        return c
            .Rows.SelectMany(r => r.Stages.Where(s => s is { Gated: true, Shift: not null }).Select(s => s.Shift!).Prepend(r.Total))
            .Any(s => s is { Verdict: Verdict.CannotTell, Method: JudgedShift.None })
            ? $"At least {needed} would be needed: how much {units} differ is not known yet."
            : $"{needed} would decide, with four chances in five, if shift and spread are as they were seen.";
    }

    /// <summary>
    /// "16 more quads", "4 more runs on each side", "12 more runs of the new side", "1 more run of the base and 5 of the new side".
    /// </summary>
    private static string MoreOf(ComparisonSummary c, MoreUnits more)
    {
        if (c.Kind == "quad") return Count(more.Most);
        if (c.Rows.All(r => r.Paired)) return $"{more.Most:N0} more {(more.Most == 1 ? "pair" : "pairs")} of runs";
        return more switch
        {
            { Base: 0 } => $"{Count(more.New)} of the new side",
            { New: 0 } => $"{Count(more.Base)} of the base",
            _ when more.Base == more.New => $"{Count(more.New)} on each side",
            _ => $"{Count(more.Base)} of the base and {more.New:N0} of the new side",
        };

        string Count(int units) => $"{units:N0} more {(units == 1 ? c.Kind : VerdictSentences.Units(c))}";
    }

    /// <summary>
    /// "12 (vmcall) to 340 (cpuid) more runs on each side would decide", where rows need different numbers; empty where one number says it.
    /// </summary>
    private static string Each(ComparisonSummary c, ComparedRow[] open)
    {
        ComparedRow[] known = [.. open.Where(r => r.Total is { Method: not JudgedShift.None, More: not null })],
            unknown = [.. open.Where(r => r.Total.Method == JudgedShift.None)];
        if (known.Length == 0 || known.Length + unknown.Length < open.Length || open.Length == 1) return "";
        if (c.Rows.Any(r => r.Stages.Any(s => s.Gated))) return "";
        ComparedRow least = known.MinBy(r => r.Total.More!.Value.Most)!, most = known.MaxBy(r => r.Total.More!.Value.Most)!;
        MoreUnits few = least.Total.More!.Value, many = most.Total.More!.Value;
        if (unknown.Length == 0 && few.Most == many.Most) return "";
        string needed = MoreOf(c, many);
        if (few.Most != many.Most)
        {
            string units =
                c.Kind == "quad" ? "quads"
                : c.Rows.All(r => r.Paired) ? "pairs of runs"
                : VerdictSentences.Units(c) + " on each side";
            needed = $"{few.Most:N0} ({VerdictSentences.Name(least)}) to {many.Most:N0} ({VerdictSentences.Name(most)}) more {units}";
        }
        return $"{needed} would decide{(known.Length < open.Length ? $" {known.Length} of {open.Length} rows" : "")}, with four chances in five, "
            + "if shift and spread are as they were seen."
            + (unknown.Length > 0 ? $" How much runs differ is not known yet of {Names(unknown)}." : "");
    }

    private static string Names(ComparedRow[] rows) =>
        string.Join(", ", rows.Take(MostListed).Select(VerdictSentences.Name))
        + (rows.Length > MostListed ? $" and {rows.Length - MostListed} more" : "");

    /// <summary>"6.6 cycles (vmcall), 44 cycles (inl_from_qemu)".</summary>
    private static string Spreads(ComparedRow[] open)
    {
        IEnumerable<string> all = open.Take(MostListed).Select(row =>
        {
            string unit = VerdictSentences.Unit(row) is { Length: > 0 } word ? " " + word : "";
            return $"{Spread(row.Total.More!.Value.LargestSpread)}{unit} ({row.Name})";
        });
        int left = open.Length - MostListed;
        return string.Join(", ", all) + (left > 0 ? $" and {left} more, which the JSON lists" : "");
    }

    /// <summary>Two digits are all that such a figure is good for.</summary>
    private static string Spread(double spread)
    {
        if (spread >= 10 || !(spread > 0)) return spread.ToString("N0", CultureInfo.InvariantCulture);
        int decimals = Math.Min(MostDecimals, 1 - (int)Math.Floor(Math.Log10(spread)));
        return spread.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
