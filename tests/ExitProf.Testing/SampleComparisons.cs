using ExitProf.Analysis;

namespace ExitProf.Testing;

/// <summary>Comparisons as reports are asked for of them.</summary>
public static class SampleComparisons
{
    public static ComparisonSummary Bhyve(double margin) =>
        NumberComparison.Of(
            Gate.Usual with
            {
                Margin = Margin.OfShare(margin),
            },
            [new NumberFile("with-cache.csv", [178.968, 177.009, 180.451, 175.902, 176.422], 3)],
            [new NumberFile("without-cache.csv", [176.845, 177.051, 181.794, 177.340], 3)],
            "s"
        );

    public static ComparisonSummary Traces() => TraceComparison.Of(
        Gate.Usual, SampleRuns.Side("before", 69_600, 9), SampleRuns.Side("after", 76_560, 8, 60, "6.19.0-rc1"), acrossHosts: false);

    public static ComparisonSummary Hostile() =>
        TraceComparison.Of(
            Gate.Usual,
            [
                .. SampleRuns
                    .Side("a", 69_600, 2)
                    .Select(t =>
                        t.With(h => h with { Scenario = SampleSummaries.Hostile }) with
                        {
                            File = SampleSummaries.Hostile + "@somebody|_x_",
                        }
                    ),
            ],
            [
                .. SampleRuns
                    .Side("b", 69_600, 2, 60, SampleSummaries.Hostile)
                    .Select(t => t.With(h => h with { Scenario = SampleSummaries.Hostile })),
            ],
            acrossHosts: false
        );
}
