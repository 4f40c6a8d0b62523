using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Comparing;

public sealed class TraceComparisonTests
{
    private static ComparisonSummary Compare(TraceSummary[] first, TraceSummary[] second, bool acrossHosts = false, double margin = 0.02) =>
        TraceComparison.Of(NumberComparisonTests.At(margin), first, second, acrossHosts);

    private static string Refusal(TraceSummary[] first, TraceSummary[] second) =>
        Assert.Throws<InputException>(() => Compare(first, second)).Message;

    [Fact]
    public void Each_trace_is_one_run_by_its_untraced_mean()
    {
        ComparisonSummary c = Compare(SampleRuns.Side("a", 69_600, 9), SampleRuns.Side("b", 76_560, 10, 60));
        ComparedRow row = Assert.Single(c.Rows);
        Assert.Equal(
            ("pio-out", "pio-out", "pio-out", "cycles", "untraced mean", 9, 10),
            (row.Name, row.Scenario, row.Reason, row.Unit, row.Of, row.BaseRuns, row.NewRuns)
        );
        Assert.Equal(JudgedShift.ByRanks, row.Total.Method);
        Assert.Equal(Verdict.Worse, c.Verdict);
        Assert.InRange(row.Total.Percent.Value, 9.5, 10.5);
        Assert.InRange(row.Total.Absolute.Value, 6_600, 7_300);
        Assert.True(row.Total.ExceedsMargin);
        Assert.Contains(c.Findings, f => f.Id == "not-interleaved");
        Assert.Equal(Verdict.Same, Compare(SampleRuns.Side("a", 69_600, 9), SampleRuns.Side("b", 69_600, 10, 60)).Verdict);
    }

    [Fact]
    public void Configurations_are_matched_by_all_their_settings()
    {
        TraceSummary sweep = SampleSummaries.Sweep() with { Findings = [] };
        Assert.True(sweep.Configurations.Length > 1);
        ComparisonSummary c = Compare(
            [sweep.With(h => h with { Seed = 1 }), sweep.With(h => h with { Seed = 2 })],
            [
                sweep.With(h => h with { Seed = 3 }),
                (sweep with { Configurations = sweep.Configurations[1..] }).With(h => h with { Seed = 4 }),
            ]
        );
        Assert.Equal(sweep.Configurations.Length, c.Rows.Length);
        Assert.Equal(1, c.Rows[0].NewRuns);
        Assert.All(c.Rows.Skip(1), r => Assert.Equal(2, r.NewRuns));
        Assert.Contains(c.Findings, f => f.Id == "too-few-runs");
    }

    [Fact]
    public void What_is_on_one_side_only_is_a_finding()
    {
        TraceSummary sweep = SampleSummaries.Sweep() with { Findings = [] };
        ComparisonSummary c = Compare(
            [sweep],
            [(sweep with { Configurations = sweep.Configurations[..1] }).With(h => h with { Seed = 3 })]
        );
        Assert.Equal(sweep.Configurations.Length - 1, c.Findings.Count(f => f.Id == "unmatched"));
    }

    [Fact]
    public void A_setting_that_one_side_does_not_know_is_named()
    {
        TraceSummary[] first = SampleRuns.Side("a", 69_600, 3);
        TraceSummary[] second =
        [
            .. SampleRuns
                .Side("b", 69_600, 3, 60)
                .Select(t =>
                    t.With(c =>
                        c with
                        {
                            Configuration = c.Configuration with { Settings = [.. c.Configuration.Settings, new Fact("exit", "out")] },
                        }
                    )
                ),
        ];
        Assert.Contains("; one side has none of it, the other exit=out: record both by one version of exitprof.", Refusal(first, second));
        Assert.Contains("; one side has exit=out, the other none of it: record both by one version of exitprof.", Refusal(second, first));
        // Beside others that match, each finding says it too.
        TraceSummary[] mixed = [first[0] with { Configurations = [.. first[0].Configurations, .. SampleSummaries.Sweep().Configurations] }];
        TraceSummary[] others =
        [
            second[0] with
            {
                Configurations = [.. second[0].Configurations, .. SampleSummaries.Sweep().Configurations],
            },
        ];
        Assert.Equal(
            2,
            Compare(mixed, others).Findings.Count(f => f.Id == "unmatched" && f.Text.Contains("exit=out", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void What_is_not_comparable_is_refused_with_a_sentence()
    {
        TraceSummary[] first = SampleRuns.Side("a", 69_600, 3),
            second = SampleRuns.Side("b", 69_600, 3, 60);
        Assert.Contains(
            "a-0.nettrace and interpreted by KVM in b-2.nettrace",
            Refusal(first, [second[0], second[1], second[2].With((ConfigurationSummary c) => c with { Native = false })])
        );
        Assert.Contains(
            "pio-out has other stages in a-0.nettrace (exit, handler",
            Refusal(first, [second[0], second[1].With(c => c with { Stages = SampleSummaries.NoRoot().Configurations[0].Stages })])
        );
        Assert.Contains(
            "other borders",
            Refusal(
                first,
                [
                    second[0]
                        .With(c =>
                            c with
                            {
                                Stages =
                                [
                                    c.Stages[0] with
                                    {
                                        Steps = [c.Stages[0].Steps[0] with { To = Stamp.KvmExit }],
                                    },
                                    .. c.Stages.Skip(1),
                                ],
                            }
                        ),
                ]
            )
        );
        Assert.Contains("other stages in a-0.nettrace", Refusal(first, [second[0].With(c => c with { Stages = c.Stages.RemoveAt(2) })]));
        Assert.Contains(
            "the guest's mode (long64-cpl3 in a-0.nettrace, real16",
            Refusal(first, [second[0].With(h => h with { GuestMode = "real16" })])
        );
        Assert.Contains(
            "untraced exits in a-0.nettrace and none in b-0.nettrace",
            Refusal(first, [second[0].With(c => c with { Untraced = null })])
        );
        Assert.Contains(
            "No configuration is on both sides: the base has pio-out, the new side pio-in.",
            Refusal(first, [second[0].With(h => h with { Scenario = "pio-in" })])
        );
        Assert.Contains(
            "a-0.nettrace and copy.nettrace are the same recording",
            Refusal(first, [first[0] with { File = "copy.nettrace" }])
        );
        Assert.Contains("no mean above 0", Refusal(first, [SampleRuns.Run("b", double.NaN, 70)]));
        Assert.Contains("no mean above 0", Refusal([SampleRuns.Run("b", 0, 70)], second));
    }

    [Fact]
    public void Another_machine_is_refused_unless_it_is_asked_for()
    {
        TraceSummary[] first = SampleRuns.Side("a", 69_600, 3);
        TraceSummary[] second =
        [
            .. SampleRuns
                .Side("b", 69_600, 3, 60)
                .Select(t => t.With(h => h with { Host = h.Host.SetItem(0, new Fact("cpu", "Intel Xeon")) })),
        ];
        string refusal = Refusal(first, second);
        Assert.Contains("different machines (cpu: AMD EPYC | Intel Xeon)", refusal);
        Assert.Contains("--across-hosts", refusal);
        Assert.Contains("different machines", Refusal([first[0], second[0]], [first[1]]));
        ComparisonSummary c = Compare(first, second, acrossHosts: true);
        Assert.Equal(new HostDifference("cpu", "AMD EPYC", "Intel Xeon"), Assert.Single(c.Hosts));
        Assert.Contains(c.Findings, f => f.Id == "across-hosts");
    }

    [Fact]
    public void Another_kernel_is_shown_and_compared()
    {
        ComparisonSummary c = Compare(SampleRuns.Side("a", 69_600, 3), SampleRuns.Side("b", 69_600, 3, 60, "6.19.0"));
        Assert.Equal([new HostDifference("kernel", "6.18.44", "6.19.0")], c.Hosts);
    }

    [Fact]
    public void Clocks_of_other_frequencies_are_compared_in_nanoseconds()
    {
        TraceSummary[] second =
        [
            .. SampleRuns.Side("b", 34_800, 9, 60).Select(t => t.With(h => h with { Clock = h.Clock with { Hertz = h.Clock.Hertz / 2 } })),
        ];
        ComparisonSummary c = Compare(SampleRuns.Side("a", 69_600, 9), second, acrossHosts: true);
        Assert.Equal("ns", c.Rows[0].Unit);
        Assert.Equal(Verdict.Same, c.Verdict);
        Assert.InRange(c.Rows[0].Total.Base, 26_000, 28_000);
    }

    [Fact]
    public void Instructions_and_cycles_are_never_compared()
    {
        TraceSummary[] cycles = SampleRuns.Side("a", 69_600, 2);
        TraceSummary[] instructions =
        [
            .. SampleRuns
                .Side("b", 3_020, 2, 60)
                .Select(t => t.With(h => h with { Clock = h.Clock with { Unit = ClockUnit.Instructions } })),
        ];
        Assert.Contains("is in cycles and", Refusal(cycles, instructions));
        Assert.Contains("they cannot be compared", Refusal([instructions[0], cycles[0]], [instructions[1]]));
        Assert.Equal("instructions", Assert.Single(Compare([instructions[0]], [instructions[1]]).Rows).Unit);
    }

    [Fact]
    public void A_trace_that_is_not_to_be_relied_on_decides_nothing()
    {
        TraceSummary[] second = SampleRuns.Side("b", 99_600, 9, 60);
        second[4] = second[4] with
        {
            Findings =
            [
                new Finding(Severity.Error, "damaged-batch", 2, "2 batches are damaged."),
                new Finding(Severity.DataLoss, "trace-cut", 1, "cut"),
                new Finding(Severity.Info, "x", 1, "y"),
            ],
        };
        ComparisonSummary c = Compare(SampleRuns.Side("a", 69_600, 9), second);
        Assert.Equal(Verdict.CannotTell, c.Verdict);
        Assert.Null(c.MoreRuns);
        Assert.False(c.Rows[0].Total.ExceedsMargin);
        Assert.Equal(["not-interleaved", "damaged-batch", "trace-cut", "unreliable-trace"], c.Findings.Select(f => f.Id));
        Assert.StartsWith("b-4.nettrace: ", c.Findings[1].Text);
    }

    [Fact]
    public void Runs_that_took_turns_are_interleaved()
    {
        // A B B A A B …
        TraceSummary[] all = [.. Enumerable.Range(0, 12).Select(i => SampleRuns.Run($"{i}.nettrace", 69_600 + i * 7 % 5, i))];
        TraceSummary[] first = [.. all.Where((_, i) => i % 4 is 0 or 3)], second = [.. all.Where((_, i) => i % 4 is 1 or 2)];
        Assert.DoesNotContain(Compare(first, second).Findings, f => f.Id == "not-interleaved");
        Assert.Contains(Compare(all[..6], all[6..]).Findings, f => f.Id == "not-interleaved");
    }

    [Fact]
    public void A_stage_that_alone_moved_is_the_only_one_that_is_worse()
    {
        const int Search = 2;
        TraceSummary[] first = [.. Enumerable.Range(0, 10).Select(i => SampleRuns.Run($"a{i}", 69_600, i).Staged(i, Search, 0))];
        TraceSummary[] second =
        [
            .. Enumerable.Range(0, 10).Select(i => SampleRuns.Run($"b{i}", 69_600, 60 + i).Staged(i * 7 % 10, Search, 2_000)),
        ];
        ComparedRow row = Compare(first, second).Rows[0];
        Assert.Equal(8, row.Stages.Length);
        Assert.Equal("pio-search", row.Stages[Search].Name);
        for (int i = 0; i < row.Stages.Length; i++) Assert.Equal(i == Search ? Verdict.Worse : Verdict.Same, row.Stages[i].Shift!.Verdict);
        JudgedShift search = row.Stages[Search].Shift!;
        Assert.Equal(2_000, search.Absolute.Value, 6);
        Assert.True(search.ExceedsMargin);
        // Both error rates are divided by the eight stages.
        Assert.Equal(1 - 0.01 / 8, search.Confidence, 12);
        Assert.Equal(1 - 0.10 / 8, search.EquivalenceConfidence, 12);
    }

    [Fact]
    public void An_absent_stage_has_no_figures_and_a_tiny_one_is_judged_by_the_grain()
    {
        TraceSummary kernel = SampleSummaries.IoEventFd() with { Findings = [] };
        TraceSummary[] runs =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(i =>
                    kernel
                        .With(h => h with { Seed = (ulong)i })
                        .With((ConfigurationSummary c) => c with { Untraced = c.Untraced! with { Mean = new Estimate(6_660 + i, 0, 0) } })
                ),
        ];
        ComparedRow row = Compare(runs[..2], runs[2..]).Rows[0];
        Assert.Null(Assert.Single(row.Stages, s => s.Name == "userspace").Shift);
        Assert.NotNull(Assert.Single(row.Stages, s => s.Name == "pio-search+guest-entry").Shift);
        // One tick of 26 cycles is nothing, however large a share of a stage of 30 it is.
        double[] before = [30, 31, 30, 31, 30, 31, 30, 31, 30, 31], after = [.. before.Select(b => b + 10)];
        JudgedShift tiny = JudgedShift.OfStage(NumberComparisonTests.At(0.02), before, after, 0.1, 26, 6_660, 8, reliable: true);
        Assert.Equal(Verdict.Same, tiny.Verdict);
        Assert.Equal(
            Verdict.Worse,
            JudgedShift.OfStage(NumberComparisonTests.At(0.02), before, after, 0.1, 1, 660, 8, reliable: true).Verdict
        );
    }

    [Fact]
    public void No_interval_is_narrower_than_the_clock_allows()
    {
        // Runs that agree to a thousandth of a cycle; the mean of 100 exits is known to 2.6 cycles.
        TraceSummary[] Side(string name, int minutes) =>
            [
                .. Enumerable
                    .Range(0, 8)
                    .Select(i =>
                        SampleRuns
                            .Run($"{name}{i}", 1_000 + i * 0.001, minutes + i)
                            .With(c => c with { Untraced = c.Untraced! with { Total = c.Untraced.Total with { Exits = 100 } } })
                    ),
            ];
        JudgedShift t = Compare(Side("a", 0), Side("b", 60)).Rows[0].Total;
        Assert.Equal(2.6, t.Absolute.High - t.Absolute.Low, 2);
        Assert.Equal(0.26, t.Equivalence.High - t.Equivalence.Low, 3);
    }
}
