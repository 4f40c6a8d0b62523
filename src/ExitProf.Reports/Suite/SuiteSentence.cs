using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>What the suite says of a row in one line, and of a published figure beside it.</summary>
public static class SuiteSentence
{
    private const string Interpreted = " (KVM interpreted the guest: no hardware exit)";

    public static string Of(SuiteRow row, SuiteSummary suite)
    {
        if (row.Trace is not { } trace) return $"Nothing was recorded: {VisibleText.Of(row.Reason)}";
        IReadOnlyList<SuiteAnswer> results = Shown(row, suite);
        string unit = trace.Header.Clock.Symbol;
        string left = string.Concat(new[] { row.LeftOut, row.Reason }.Where(r => r.Length > 0).Select(r => " " + VisibleText.Of(r)));
        if (!suite.HasFigures) return Functional(trace) + left;
        if (results.Count == 0) return "No exit of it can be used." + left;
        string reading = row.Run.Question switch
        {
            SuiteQuestion.Slope { OfUserspace: true } r => Each(
                results,
                SuiteQuantity.UserspaceSlope,
                s => Sloping(s, $"{unit} of the VMM per {r.Each}{Where(s)} here", Straight(s))
            ),
            SuiteQuestion.Slope r => Each(
                results,
                SuiteQuantity.Slope,
                s => Sloping(s, $"{unit} per {r.Each}{Where(s)} here", Straight(s))
            ),
            SuiteQuestion.SlopePerDoubling r => Each(
                results,
                SuiteQuantity.SlopePerDoubling,
                s => Sloping(s, $"{unit} for each doubling of {r.Setting}{Where(s)} here", "")
            ),
            SuiteQuestion.Difference { OfUserspace: true } => UserspaceDifferences(results, unit),
            SuiteQuestion.Difference => Each(
                results,
                SuiteQuantity.Difference,
                s => $"{s.Of} costs {Shift(s.Value)} {unit} {(s.Value.Mean < 0 ? "less" : "more")} than {s.Base}{Sure(s.Value)}"
            ),
            SuiteQuestion.Ratio => Each(
                results,
                SuiteQuantity.Ratio,
                s => $"{s.Of} takes {SlopeSentences.Fine(s.Value)} times as {(suite.InInstructions ? "many" : "long")} as {s.Base}"
            ),
            SuiteQuestion.Sameness => Each(results, SuiteQuantity.Sameness, s => Sameness(s, trace)),
            SuiteQuestion.Against r => Each(
                results,
                SuiteQuantity.Against,
                s => $"{s.Value.Mean:0.0} times {(s.Value.Mean >= 1 ? "" : "(!) ")}less than {r.Scenario}, of another recording"
            ),
            SuiteQuestion.Work => Work(trace),
            SuiteQuestion.Stages => TraceSentences.Sentence(Subject.Of([trace])[0]),
            _ => "",
        };
        if (reading.Length == 0) reading = Costs(results, trace);
        return reading + (row.Emulated ? Interpreted : "") + (reading.EndsWith('.') && !row.Emulated ? "" : ".") + left;
    }

    /// <summary>The figures of a row; counts of a software CPU are exact and have no ± 0.</summary>
    internal static IReadOnlyList<SuiteAnswer> Shown(SuiteRow row, SuiteSummary suite)
    {
        IReadOnlyList<SuiteAnswer> answers = SuiteAnswers.Read(row, suite.Rows);
        return row.Trace is not { Header.Clock.IsTime: false } ? answers
            : [.. answers.Select(a => a.Value.Low == a.Value.High ? a with { Value = Alone(a.Value.Mean) } : a)];
    }

    private static Estimate Alone(double count) => new(count, double.NaN, double.NaN);

    /// <summary>"same-port 56 ± 2 cycles per device; ..." or nothing, where the recording has only one configuration left.</summary>
    private static string Each(IReadOnlyList<SuiteAnswer> results, SuiteQuantity quantity, Func<SuiteAnswer, string> say) =>
        string.Join("; ", results.Where(r => r.Quantity == quantity).Select(say));

    /// <summary>
    /// "cache=on against cache=off: −2,300 ± 90 cycles of the VMM, −2,500 ± 1,200 of the whole exit", or where other settings were swept
    /// too, whose totals are in the table: "vcpus=2 against vcpus=1: +2 ± 22 (lock=none), +144 ± 43 (lock=mutex) cycles of the VMM".
    /// </summary>
    private static string UserspaceDifferences(IReadOnlyList<SuiteAnswer> results, string unit)
    {
        SuiteAnswer[] differences = [.. results.Where(r => r.Quantity == SuiteQuantity.UserspaceDifference)];
        return string.Join(
            "; ",
            differences
                .GroupBy(s => (Of: Only(s.Of, s.Base), Base: Only(s.Base, s.Of)))
                .Select(g =>
                {
                    string against = $"{g.Key.Of} against {g.Key.Base}: ";
                    if (g.Skip(1).Any())
                        return against
                            + string.Join(", ", g.Select(s => $"{SuiteText.Value(s)} ({Common(s.Of, s.Base)})"))
                            + $" {unit} of the VMM";
                    SuiteAnswer? whole = results.FirstOrDefault(r => r.Quantity == SuiteQuantity.Difference && r.Of == g.Single().Of);
                    string common = Common(g.Single().Of, g.Single().Base);
                    string with = common.Length > 0 ? $" ({common})" : "";
                    string rest = whole == null ? "" : $", {SuiteText.Value(whole)} of the whole exit";
                    return $"{against}{SuiteText.Value(g.Single())} {unit} of the VMM{with}{rest}";
                })
        );

        static string Only(string name, string other) => string.Join(',', name.Split(',').Except(other.Split(',')));
        static string Common(string name, string other) => string.Join(',', name.Split(',').Intersect(other.Split(',')));
    }

    public static string Costs(IReadOnlyList<SuiteAnswer> results, TraceSummary trace)
    {
        SuiteAnswer[] costs = [.. results.Where(r => r.Quantity == SuiteQuantity.Cost)];
        if (costs.Length == 0)
            return "";
        string One(SuiteAnswer c) => !trace.Header.Clock.IsTime ? $"{Figures.Interval(c.Value)} {trace.Header.Clock.Symbol}"
            : $"{Figures.Interval(c.Value)} cycles ({Figures.Duration(c.Value.Mean, trace.Header.Clock.Hertz)}; 99 % stay below {Figures.Cycles(c.P99)})";
        if (costs.Length == 1)
            return "One costs " + One(costs[0]);
        SuiteAnswer least = costs.MinBy(c => c.Value.Mean)!,
            most = costs.MaxBy(c => c.Value.Mean)!;
        return $"From {One(least)} with {VisibleText.Of(least.Of)} to {One(most)} with {VisibleText.Of(most.Of)}";
    }

    /// <summary>Says what was seen to work, for a suite without figures.</summary>
    private static string Functional(TraceSummary trace)
    {
        long exits = trace.Traced.Exits + trace.UntracedExits;
        ConfigurationSummary? first = trace.Configurations.FirstOrDefault();
        string[] stages = [.. first?.Stages.Where(s => s.State != StageState.Absent).Select(s => s.Name) ?? []];
        string mode = trace.Header.Native ? "native" : "emulated guest";
        return $"{exits:N0} exits as expected ({first?.Kind.Name()}, {mode}); {(stages.Length > 0 ? "stages " + string.Join(", ", stages) : "a total, no stages")}.";
    }

    private static string Work(TraceSummary trace)
    {
        WorkSummary[] points = [.. trace.Configurations.Select(c => c.Work).OfType<WorkSummary>()];
        if (points.Length == 0) return "";
        long hertz = trace.Header.Clock.Hertz;
        if (!trace.Header.Clock.IsTime) return WorkInInstructions(points, trace.Header.Clock.Symbol);
        WorkSummary most = points.MaxBy(p => p.Unit.Exits)!;
        string share = most.ShareInExits is { } part ? $", {100 * part.Mean:F1} % of the time in exits" : "";
        WorkSummary least = points.MinBy(p => p.Unit.Exits)!;
        string from =
            points.Length > 1 ? $"{Rate(least)} million instructions a second with {least.ExitsPerSecond(hertz):N0} exits a second, " : "";
        return $"{from}{Rate(most)} million with {most.ExitsPerSecond(hertz):N0}{share}{OfWork(most, "cycles")}";

        string Rate(WorkSummary work) => WorkSentences.Rate(work.WorkPerSecond(hertz));
    }

    /// <summary>A rate of work is a time, which a software CPU has not.</summary>
    private static string WorkInInstructions(WorkSummary[] points, string unit)
    {
        WorkSummary most = points.MaxBy(p => p.Unit.Exits)!;
        return $"A unit of {most.Unit.Instructions:N0} instructions with {most.Unit.Exits:N0} exit{(most.Unit.Exits == 1 ? "" : "s")} takes {Figures.Interval(most.Cycles)} {unit}"
            + OfWork(most, unit);
    }

    private static string Sameness(SuiteAnswer s, TraceSummary trace)
    {
        if (!trace.Header.Clock.IsTime)
        {
            string said = Math.Abs(s.Value.Mean) <= s.Share ? "the same within the margin" : "a difference";
            return $"{s.Of} against {s.Base}: {said}, {Percent(s.Value.Mean)} (exact, margin ±{100 * s.Share:0.#} %)";
        }
        string figures =
            $"{Percent(s.Value.Mean)} (90 % interval {Percent(s.Value.Low)} to {Percent(s.Value.High)}, margin ±{100 * s.Share:0.#} %)";
        bool inside = s.Value.Low >= -s.Share && s.Value.High <= s.Share;
        bool outside = s.Value.Low > s.Share || s.Value.High < -s.Share;
        string verdict = inside ? "the same within the margin" : outside ? "a difference" : "cannot tell";
        return $"{s.Of} against {s.Base}: {verdict}, {figures}";
    }

    private static string Where(SuiteAnswer result) => result.Of.Length > 0 ? $" with {result.Of}" : "";

    /// <summary>Farther than this from a straight line, a cost for each one more says nothing.</summary>
    private const double MostBend = 0.25;

    /// <summary>Whether the typical exits of a sweep lie on a line, or near one.</summary>
    public static bool IsLine(SuiteAnswer slope) => slope.Share <= MostBend;

    private static string Straight(SuiteAnswer result) =>
        result.Share > 0.05 ? $" (up to {100 * result.Share:0} % off a straight line)" : "";

    private static string Shift(Estimate difference) =>
        SlopeSentences.Fine(difference.Mean < 0 ? new Estimate(-difference.Mean, -difference.High, -difference.Low) : difference);

    private static string Sloping(SuiteAnswer answer, string what, string straight) =>
        !SlopeSentences.IsProven(answer.Value) ? $"no slope beyond noise, {SlopeSentences.AtMost(answer.Value)} {what}"
        : IsLine(answer) ? $"{SlopeSentences.Fine(answer.Value)} {what}{straight}"
        : $"no straight line: the nearest has {SlopeSentences.Fine(answer.Value)} {what} and is up to {100 * answer.Share:0} % off";

    /// <summary>What an exit costs the work around it, if anything is known of it.</summary>
    private static string OfWork(WorkSummary work, string unit) => work.CyclesPerExit switch
    {
        null => "",
        { Low: <= 0 } => "; what an exit costs this work cannot be told",
        { } exit => $"; an exit costs this work {Figures.Interval(exit)} {unit}",
    };

    private static string Sure(Estimate difference) => difference is { Low: < 0, High: > 0 } ? " (the interval allows none)" : "";

    private static string Percent(double share) => (share < 0 ? "\u2212" : "+") + Math.Abs(100 * share).ToString("0.0") + " %";

    /// <summary>"4,677 (apic=xapic), 2,366 (apic=x2apic) cycles".</summary>
    public static string Values(PublishedFigure figure) => $"{string.Join(", ", figure.Values.Select(Value))} {figure.Unit}";

    private static string Value(PublishedValue value) =>
        $"{value.Value:#,0.##}{(value.High is { } high ? $" to {high:#,0.##}" : "")}{(value.Of.Length > 0 ? $" ({value.Of})" : "")}";
}
