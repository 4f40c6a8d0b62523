using ExitProf.Analysis;
using FsCheck.Fluent;

namespace ExitProf.Tests.Analysis;

public sealed class SlopeTests
{
    private static TraceSummary Devices(Func<int, int, long> noise, Func<int, long> cycles, params int[] values) =>
        SweptTrace.Of(noise, [.. values.Select(v => ($"devices={v}", cycles(v)))]);

    private static Sweep OnlySweep(TraceSummary trace) => Assert.Single(Sweep.Of(trace, "devices"));

    [Fact]
    public void Costs_on_a_line_give_its_slope_and_its_start_and_no_bend()
    {
        Slope slope = Slope.Of(OnlySweep(Devices(SweptTrace.Drift, n => 20_000 + 56 * n, 0, 10, 100, 1000)), perDoubling: false)!;
        Assert.Equal(56, slope.Cycles.Mean, 6);
        // Two thousand cycles on average are the load's, in each configuration alike: they are in the start and not in the slope's
        // interval.
        Assert.InRange(slope.Start, 20_000, 25_000);
        Assert.True(slope.Cycles.High - slope.Cycles.Low < 1e-6, $"{slope.Cycles}");
        Assert.True(slope.Bend < 1e-9);
        Assert.Equal([0.0, 10, 100, 1000], slope.Points.Select(p => p.Value));
    }

    [Fact]
    public void What_hits_some_configurations_more_than_others_widens_the_interval()
    {
        // Of configurations 0, 1 and 2, the last one is slower in every other round.
        Slope slope = Slope.Of(
            OnlySweep(
                Devices((round, configuration) => configuration == 2 && round % 2 == 0 ? 3_000 : 0, n => 20_000 + 56 * n, 0, 100, 1000)
            ),
            perDoubling: false
        )!;
        Assert.InRange(slope.Cycles.High - slope.Cycles.Low, 1, 10);
        // Half of the time 3,000 more, at the far end: 1.57 cycles per device, which is not the same in all rounds.
        Assert.Equal(57.57, slope.Cycles.Mean, 2);
    }

    [Fact]
    public void Costs_by_halves_are_a_line_against_the_logarithm()
    {
        Slope slope = Slope.Of(
            OnlySweep(Devices(SweptTrace.Quiet, n => 20_000 + 30 * (int)Math.Log2(n), 1, 16, 256, 4096)),
            perDoubling: true
        )!;
        Assert.Equal(30, slope.Cycles.Mean, 6);
        Assert.Equal(20_000, slope.Start, 3);
        Slope straight = Slope.Of(
            OnlySweep(Devices(SweptTrace.Quiet, n => 20_000 + 30 * (int)Math.Log2(n), 1, 16, 256, 4096)),
            perDoubling: false
        )!;
        Assert.True(straight.Bend > slope.Bend);
    }

    [Fact]
    public void Words_and_a_single_value_have_no_line()
    {
        TraceSummary words = SweptTrace.Of(SweptTrace.Quiet, ("apic=xapic", 5_000), ("apic=x2apic", 3_000));
        Assert.Null(Slope.Of(Assert.Single(Sweep.Of(words, "apic")), perDoubling: false));
        Assert.Null(Slope.Of(OnlySweep(Devices(SweptTrace.Quiet, _ => 5_000, 7)), perDoubling: false));
        Assert.Empty(Slope.AllOf(words));
        Assert.Empty(Slope.AllOf(Devices(SweptTrace.Quiet, n => 5_000 + n, 1, 2)));
    }

    [Fact]
    public void Each_combination_of_the_other_settings_has_a_line_of_its_own()
    {
        var configurations =
            from placement in (string[])["same-port", "other-ports"]
            from n in (int[])[0, 10, 100]
            select ($"devices={n},placement={placement}", 20_000L + (placement == "same-port" ? 56 : 0) * n);
        IReadOnlyList<Slope> slopes = Slope.AllOf(SweptTrace.Of(SweptTrace.Drift, [.. configurations]));
        Assert.Equal(
            [("placement=same-port", 56.0), ("placement=other-ports", 0.0)],
            slopes.Select(s => (s.Others, Math.Round(s.Cycles.Mean, 6)))
        );
    }

    [Fact]
    public void Any_line_is_found_again() => Prop.ForAll(
        Gen.Choose(-40, 200).Zip(Gen.Choose(10_000, 400_000)).Zip(Gen.Choose(1, 500).ArrayOf(5)).ToArbitrary(),
        drawn =>
        {
            ((int perDevice, int start), int[] steps) = drawn;
            // Ascending, no value twice; short enough for the cost to stay above the exit's fixed steps.
            int[] values = [.. steps.Select((_, i) => steps.Take(i + 1).Sum() / 10 + i)];
            Slope slope = Slope.Of(OnlySweep(Devices(SweptTrace.Drift, n => start + perDevice * n + 20_000, values)), perDoubling: false)!;
            Assert.Equal(perDevice, slope.Cycles.Mean, 4);
            Assert.True(slope.Cycles.Low <= slope.Cycles.Mean && slope.Cycles.Mean <= slope.Cycles.High);
        }).Holds();
}
