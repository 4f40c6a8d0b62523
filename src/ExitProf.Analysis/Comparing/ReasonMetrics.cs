using System.Globalization;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// The exits of a foreign machine as metrics, two for each reason but halts: what an exit costs and how many there are in a second. So
/// traces of attach and of imports are compared by the rules that all measurements of other tools are compared by.
/// </summary>
public static class ReasonMetrics
{
    public const string Kind = "exits of a machine by reason";

    private const string Rate = "exits/s";

    /// <summary>Means are no finer than what a table shows of them.</summary>
    private const int Decimals = 3;

    /// <summary>Rates of a machine's clock differ by less than this from recording to recording, in hertz.</summary>
    private const double ClockStep = 1e7;

    /// <param name="path">The file of the trace, which is read once more.</param>
    /// <exception cref="InputException">No exit has a duration.</exception>
    public static MetricFile Of(string path, TraceSummary trace)
    {
        ReasonTable table = trace.Reasons ?? throw new ArgumentException($"{trace.File} is a trace of our own VMM.");
        TraceClock clock = trace.Header.Clock;
        var slices = new ReasonSlices(table.First, table.Span);
        TraceReader.Read(path, slices);
        bool hasRates = clock.Hertz > 0 && table.Span > 0 && trace.Findings.All(f => !f.Is(FindingKind.SeveralRecordings));
        double seconds = table.Span / ReasonSlices.Count / Math.Max(clock.Hertz, 1);
        var metrics = new List<Metric>();
        foreach (ReasonRow row in table.Rows.Where(r => !r.IsHalt))
        {
            var key = ReasonKey.Of(row);
            ReasonSlices.Slice[] own = slices.Of(key).ToArray();
            double[] means = [.. own.Where(s => s.Paired > 0).Select(s => Rounded(s.Mean))];
            // Where the grain hides every duration there is no mean to compare.
            if (means.Any(m => m > 0)) metrics.Add(Lower($"{key}", Unit(clock), means));
            if (hasRates) metrics.Add(Lower($"{key} per second", Rate, [.. own.Select(s => Rounded(s.Exits / seconds))]));
        }
        if (metrics.Count == 0) throw new InputException($"{trace.File} has no exit with a duration but halts: nothing can be compared.");
        return new MetricFile(trace.File, Kind, [.. metrics])
        {
            Ruler = [new Fact("clock", Ruler(clock)), new Fact("back-end", trace.Header.Backend.Name())],
            Host = trace.Header.Host,
            Findings =
            [
                Slices(trace),
                .. trace.Findings.Where(f => f.Severity > Severity.Info).Select(f => f with { Text = $"{trace.File}: {f.Text}" }),
            ],
        };
    }

    private static Finding Slices(TraceSummary trace) => FindingKind.SlicesAreRuns.Of(ReasonSlices.Count,
        $"{trace.File}: each value is of one of {ReasonSlices.Count} slices of the recording, and where a side has several traces the "
            + "median of them; by how much recordings differ, only several of them tell.");

    private static Metric Lower(string name, string unit, double[] values) =>
        new(name, unit, [.. values], Decimals) { Better = Better.Lower };

    private static double Rounded(double value) => Math.Round(value, Decimals);

    private static string Unit(TraceClock clock) => clock.Hertz > 0 || !clock.IsTime ? clock.Word : "ticks";

    /// <summary>Cycles of two clocks are of two lengths; nanoseconds are not.</summary>
    private static string Ruler(TraceClock clock) => clock.Unit == ClockUnit.Cycles && clock.Hertz > 0
        ? string.Create(CultureInfo.InvariantCulture, $"cycles of {Math.Round(clock.Hertz / ClockStep) * ClockStep / 1e9:0.00} GHz")
        : Unit(clock);
}
