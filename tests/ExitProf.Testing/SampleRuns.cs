using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Testing;

/// <summary>Traces whose untraced means are given, as an analysis would summarise them.</summary>
public static class SampleRuns
{
    private static readonly DateTime Start = new(2026, 11, 20, 9, 30, 0, DateTimeKind.Utc);

    private static readonly ImmutableArray<Fact> Host =
    [
        new("cpu", "AMD EPYC"),
        new("cpus", "2"),
        new("kernel", "6.18.44"),
        new("microcode", "0x1"),
    ];

    /// <param name="minutes">When the run began: runs of one side have to differ from those of the other.</param>
    public static TraceSummary Run(string file, double mean, int minutes, string? kernel = null)
    {
        TraceSummary trace = SampleSummaries.PioOut();
        ImmutableArray<Fact> host = kernel is null ? Host : Host.Replace(Host[2], new Fact("kernel", kernel));
        ConfigurationSummary c = trace.Configurations[0];
        return trace with
        {
            File = file,
            Findings = [],
            Header = trace.Header with { StartUtc = Start.AddMinutes(minutes), Host = host },
            Configurations =
            [
                c with
                {
                    Kind = ExitKind.PioOut,
                    UntracedCurve = [.. c.UntracedCurve.Select(p => p with { Cycles = p.Cycles * mean / c.Untraced!.Mean.Mean })],
                    Untraced = c.Untraced! with { Mean = new Estimate(mean, mean - 300, mean + 300) },
                    Stages =
                    [
                        .. c.Stages.Select(s =>
                            s with
                            {
                                Corrected = new Estimate(s.Corrected.Mean * mean / c.Untraced.Mean.Mean, double.NaN, double.NaN),
                            }
                        ),
                    ],
                },
            ],
        };
    }

    /// <summary>A side of runs that scatter by about 1 %.</summary>
    public static TraceSummary[] Side(string name, double mean, int runs, int minutes = 0, string? kernel = null) =>
        [
            .. Enumerable
                .Range(0, runs)
                .Select(i => Run($"{name}-{i}.nettrace", mean * (1 + 0.01 * (i * 37 % 11 - 5) / 5), minutes + i, kernel)),
        ];

    /// <summary>A run that scatters every stage by up to 0.2 %, one of which takes some cycles more.</summary>
    /// <param name="run">0 to 9.</param>
    public static TraceSummary Staged(this TraceSummary trace, int run, int stage, double more) =>
        trace.With(
            (ConfigurationSummary c) =>
                c with
                {
                    Stages =
                    [
                        .. c.Stages.Select(
                            (s, i) =>
                                s with
                                {
                                    Corrected = new Estimate(
                                        s.Corrected.Mean * (1 + 0.0004 * (run - 4.5)) + (i == stage ? more : 0),
                                        double.NaN,
                                        double.NaN
                                    ),
                                }
                        ),
                    ],
                }
        );

    public static TraceSummary With(this TraceSummary trace, Func<TraceHeader, TraceHeader> change) =>
        trace with
        {
            Header = change(trace.Header),
        };

    public static TraceSummary With(this TraceSummary trace, Func<ConfigurationSummary, ConfigurationSummary> change) =>
        trace with { Configurations = [.. trace.Configurations.Select(change)] };
}
