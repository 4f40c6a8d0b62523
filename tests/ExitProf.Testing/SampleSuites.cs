using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Testing;

/// <summary>Suites made by hand of the sample summaries.</summary>
public static class SampleSuites
{
    private static readonly PublishedFigure Stages = new(
        "Tosatti, KVM Forum",
        2010,
        "a port write, up to the end of each stage",
        "cycles",
        [
            new("exit", 400),
            new("handler", 800),
            new("pio-search", 1_800),
            new("host-restore", 3_800),
            new("userspace", 6_700),
            new("guest-reload", 8_500),
            new("guest-entry", 9_600),
            new("guest-resume", 10_400),
        ]
    );

    /// <summary>A native row with stages, a light exit against it, an emulated guest, and one that cannot run.</summary>
    public static SuiteSummary Whole() => Of(
        Absent("hypercall cannot run on this host: the guest ran for 0.7 s without an exit."),
        Row(SampleSummaries.Emulated(), new SuiteQuestion.Totals()),
        Row(SampleSummaries.IoEventFd(), new SuiteQuestion.Against("pio-out")),
        Row(SampleSummaries.PioOut(), new SuiteQuestion.Stages()) with { Published = [Stages], UnitTest = "outl_to_kernel" });

    /// <summary>The same with a workload's curve and a table of several settings, natively and emulated.</summary>
    public static SuiteSummary Drawn() =>
        Whole() with
        {
            Rows = [.. Whole().Rows, Row(Mixed(), new SuiteQuestion.Work("exits-per-million")), Row(Forms(), new SuiteQuestion.Totals())],
        };

    /// <summary>Units of work that exit more and more often, each exit for 66,000 cycles.</summary>
    public static TraceSummary Mixed()
    {
        TraceSummary trace = SampleSummaries.PioOut();
        ConfigurationSummary whole = trace.Configurations[0] with { Stages = [] };
        return trace with
        {
            Header = trace.Header with { Scenario = "mixed" },
            Configurations =
            [
                .. from exits in (uint[])[0, 1, 10, 100, 300]
                select whole with
                {
                    Configuration = new($"exits-per-million={exits}", [new("exits-per-million", $"{exits}")]),
                    Work = Work(2 * exits),
                },
            ],
        };

        static WorkSummary Work(uint exits)
        {
            double own = 1_400_000,
                share = exits * 66_000.0 / (own + exits * 66_000.0);
            return new WorkSummary(
                new WorkUnit(2_000_000, exits),
                Around(own + exits * 66_000.0),
                Around(own),
                exits == 0 ? null : Around(66_000),
                exits == 0 ? null : Around(share)
            );
        }
    }

    /// <summary>Two forms of three sizes; KVM interpreted one of them, and this host cannot run another.</summary>
    public static TraceSummary Forms()
    {
        TraceSummary trace = SampleSummaries.PioOut();
        ConfigurationSummary whole = trace.Configurations[0] with { Stages = [] };
        ConfigurationSummary[] all =
        [
            .. ((string[])["imm8", "rep-string"]).SelectMany(operand =>
                ((int[])[1, 2, 4]).Select(bytes =>
                    whole with
                    {
                        Configuration = new($"operand={operand},bytes={bytes}", [new("operand", operand), new("bytes", $"{bytes}")]),
                        Native = operand == "imm8" || bytes != 4,
                        ExitsToVmm = operand == "imm8" ? 1 : 16,
                    }
                )
            ),
        ];
        return trace with { Header = trace.Header with { Scenario = "io-forms" }, Configurations = [.. all.Skip(1)] };
    }

    private static Estimate Around(double mean) => new(mean, 0.98 * mean, 1.02 * mean);

    public static SuiteSummary Of(params SuiteRow[] rows) => new([.. rows], Quick: false, Seconds: 312.4, Interrupted: false);

    public static SuiteRow Row(TraceSummary trace, SuiteQuestion reading) =>
        new(
            trace.Header.Scenario,
            "what is measured",
            "the text that it goes back to",
            null,
            [],
            new SuiteRun([], reading),
            trace,
            "",
            6.2
        );

    public static SuiteRow Absent(string reason) =>
        new(
            "hypercall",
            "what is measured",
            "the text that it goes back to",
            "vmcall",
            [
                new(
                    "Amsden, mail on I/O hypercalls",
                    2006,
                    "the way into the hypervisor",
                    "cycles",
                    [new("hypercall", 120), new("#GP", 2_000)]
                ),
            ],
            new SuiteRun([], new SuiteQuestion.Totals()),
            null,
            reason,
            0.9
        );
}
