using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The suite for machines: <see cref="JsonSuite"/> is its contract.</summary>
public static class SuiteJson
{
    public const int Schema = 1;

    public static void Write(Stream stream, SuiteSummary suite) =>
        JsonForm.Write(
            stream,
            new JsonSuite(
                Schema,
                suite.Quick,
                suite.HasFigures,
                suite.Interrupted,
                new JsonNumber(suite.Seconds),
                JsonForm.Facts(suite.Traces.FirstOrDefault()?.Header.Host ?? []),
                [.. suite.Rows.Select(r => Row(r, suite))]),
            JsonForm.Contracts.JsonSuite);

    private static JsonSuiteRow Row(SuiteRow row, SuiteSummary suite) =>
        new(
            row.Scenario,
            row.Command,
            row.Summary,
            row.Origin,
            row.UnitTest,
            Published(row.Published),
            row.Trace == null ? "absent" : row.Emulated ? "emulated" : "native",
            row.Trace?.File,
            row.Trace?.Header.Backend.Name(),
            row.Trace?.Header.GuestMode,
            row.Trace?.Header.Clock.Hertz,
            row.Reason,
            new JsonNumber(row.Seconds),
            SuiteSentence.Of(row, suite),
            suite.HasFigures ? [.. SuiteAnswers.Read(row, suite.Rows).Select(a => Result(a, row.Trace!.Header.Clock.Word))] : [],
            suite.HasFigures && row.Trace is { } trace ? [.. Work(trace)] : [],
            JsonForm.Findings(row.Trace?.Findings ?? []));

    private static IEnumerable<JsonSuiteWork> Work(TraceSummary trace) =>
        from c in trace.Configurations
        where c.Work != null
        select new JsonSuiteWork(c.Configuration.Name, JsonReport.Work(c.Work!, trace.Header.Clock.Hertz));

    /// <summary>As <c>exitprof list</c> has them too.</summary>
    public static IReadOnlyList<JsonPublished> Published(IEnumerable<PublishedFigure> published) =>
        [
            .. from figure in published
               let values = figure.Values.Select(v => new JsonPublishedValue(v.Of, v.Value, v.High))
               select new JsonPublished(figure.Text, figure.Year, figure.Measured, figure.Unit, [.. values]),
        ];

    private static JsonSuiteResult Result(SuiteAnswer result, string unit) =>
        new(
            result.Quantity switch
            {
                SuiteQuantity.SlopePerDoubling => "slope-per-doubling",
                SuiteQuantity.UserspaceDifference => "userspace-difference",
                SuiteQuantity.UserspaceSlope => "userspace-slope",
                var quantity => quantity.ToString().ToLowerInvariant(),
            },
            result.Of,
            result.Quantity switch
            {
                SuiteQuantity.Ratio or SuiteQuantity.Against => "times",
                SuiteQuantity.Sameness => "share",
                SuiteQuantity.Events => "events per exit",
                SuiteQuantity.Work => "million instructions per second",
                _ => unit,
            },
            new JsonNumber(result.Value.Mean, 6),
            new JsonNumber(result.Value.Low, 6),
            new JsonNumber(result.Value.High, 6),
            new JsonNumber(result.Confidence, 6),
            new JsonNumber(result.P99),
            ExitsToVmm: If(result.Quantity == SuiteQuantity.Cost, result.ExitsToVmm),
            Margin: If(result.Quantity == SuiteQuantity.Sameness, result.Share),
            Bend: If(
                result.Quantity is SuiteQuantity.Slope or SuiteQuantity.SlopePerDoubling or SuiteQuantity.UserspaceSlope, result.Share),
            ShareInExits: If(result.Quantity == SuiteQuantity.Work, result.Share),
            Share: If(result.Quantity == SuiteQuantity.Stage, result.Share));

    private static JsonNumber If(bool asked, double value) => asked ? new JsonNumber(value, 6) : default;
}
