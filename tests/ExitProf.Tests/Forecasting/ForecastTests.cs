using ExitProf.Analysis;
using FsCheck.Fluent;
using Interval = ExitProf.Analysis.Interval;

namespace ExitProf.Tests.Forecasting;

public sealed class ForecastTests
{
    private const long Hertz = 2_600_000_000;

    private static MicroShift Micro(double low, double value, double high, double cost = 65_000) =>
        new("pio-out", cost, new Interval(value, low, high), 0.99);

    private static ExitLoad Load(double rate) => new("build", rate, double.NaN);

    [Fact]
    public void The_shift_times_the_rate_is_the_share_of_time()
    {
        // 10,000 exits a second, each 2,600 cycles cheaper: 26 M of 2,600 M cycles.
        Forecast forecast = Forecast.Of(Micro(-3_900, -2_600, -1_300), Load(10_000), Hertz);
        Assert.Equal(-1, forecast.Percent.Value, 9);
        Assert.Equal(-1.5, forecast.Percent.Low, 9);
        Assert.Equal(-0.5, forecast.Percent.High, 9);
        Assert.Equal(25, forecast.Bound, 9);
        Assert.False(forecast.Bounded);
    }

    [Fact]
    public void No_gain_is_larger_than_the_time_in_exits()
    {
        Forecast forecast = Forecast.Of(Micro(-90_000, -60_000, -30_000), Load(10_000), Hertz);
        Assert.True(forecast.Bounded);
        Assert.Equal(-25, forecast.Percent.Low, 9);
    }

    [Fact]
    public void More_exits_than_a_second_holds_are_refused() =>
        Assert.Contains("check --rate", Assert.Throws<InputException>(() => Forecast.Of(Micro(-2, -1, 0), Load(50_000), Hertz)).Message);

    [Fact]
    public void A_shift_without_an_interval_is_refused() =>
        Assert.Contains(
            "no interval",
            Assert.Throws<InputException>(() => Forecast.Of(Micro(double.NaN, -1, double.NaN), Load(10), Hertz)).Message
        );

    [Fact]
    public void A_shift_in_time_needs_no_clock()
    {
        // 10,000 exits a second, each 1 µs cheaper: 1 % of the time.
        Forecast forecast = Forecast.Of(Micro(-1.5, -1, -0.5, 25) with { Unit = "us" }, Load(10_000), hertz: 0);
        Assert.Equal((-1, 25), (Math.Round(forecast.Percent.Value, 9), Math.Round(forecast.Bound, 9)));
    }

    [Fact]
    public void A_loop_that_only_exits_gains_what_the_exit_gains()
    {
        ExitLoad load = ExitLoad.Of(SampleSummaries.PioOut());
        Assert.Equal(Hertz / 69_600.0, load.ExitsPerSecond, 6);
        Assert.Equal(-10, Forecast.Of(Micro(-6_970, -6_960, -6_950, 69_600), load, Hertz).Percent.Value, 9);
        Assert.Contains("give --rate", Assert.Throws<InputException>(() => ExitLoad.Of(SampleSummaries.Imported())).Message);
        Assert.Contains("2 configurations", Assert.Throws<InputException>(() => ExitLoad.Of(SampleSummaries.Sweep())).Message);
    }

    [Fact]
    public void Units_of_work_have_a_rate_and_a_share_of_their_own()
    {
        TraceSummary trace = SampleSummaries.PioOut();
        var work = new WorkSummary(
            new Traces.WorkUnit(1_000_000, 10),
            new Estimate(2_600_000, 2_590_000, 2_610_000),
            null,
            null,
            new Estimate(0.25, 0.24, 0.26)
        );
        ExitLoad load = ExitLoad.Of(trace with { Configurations = [trace.Configurations[0] with { Work = work }] });
        Assert.Equal(10_000, load.ExitsPerSecond, 6);
        Assert.Equal(0.25, load.ShareInExits);
    }

    [Theory]
    [InlineData(0.002, true)]
    [InlineData(0.01, false)]
    [InlineData(0.004, null)]
    public void Worth_it_is_a_gain_of_at_least_twice_the_growth(double growth, bool? worth) =>
        Assert.Equal(worth, Forecast.Of(Micro(-3_900, -2_600, -1_300), Load(10_000), Hertz).WorthIt(growth));

    [Fact]
    public void What_if_takes_off_stages_and_steps_once()
    {
        TraceSummary trace = SampleSummaries.PioOut();
        double Stage(string name) => trace.Configurations[0].Stages.Single(s => s.Name == name).Corrected.Mean;
        Assert.Equal(-Stage("pio-search"), MicroShift.Without(trace, ["pio-search"]).Shift.Value, 6);
        Assert.Equal(
            -(Stage("host-restore") + Stage("userspace") + Stage("guest-reload")),
            MicroShift.Without(trace, ["in-kernel"]).Shift.Value,
            6
        );
        MicroShift msrs = MicroShift.Without(trace, ["user-return-msrs"]);
        Assert.Equal(-(10_802 - 480), msrs.Shift.Value, 6);
        Assert.True(msrs.Shift.Low < msrs.Shift.Value && msrs.Shift.High > msrs.Shift.Value);
        Assert.Equal(
            MicroShift.Without(trace, ["in-kernel"]).Shift.Value,
            MicroShift.Without(trace, ["user-return-msrs", "in-kernel", "host-restore"]).Shift.Value,
            6
        );
        Assert.True(MicroShift.Without(trace, ["decode"]).Shift.Value < 0);
        Assert.Contains(
            "no stage nowhere: it has exit, handler",
            Assert.Throws<InputException>(() => MicroShift.Without(trace, ["nowhere"])).Message
        );
        Assert.Contains(
            "has no step of its own",
            Assert.Throws<InputException>(() => MicroShift.Without(SampleSummaries.NoRoot(), ["decode"])).Message
        );
    }

    [Fact]
    public void A_forecast_is_linear_in_the_rate_and_never_beyond_its_bound() =>
        Prop.ForAll(
                Gen.Choose(0, 65_000).ArrayOf(3).ToArbitrary(),
                draw =>
                {
                    (int rate, int shift, int half) = (1 + draw[0] / 2, 2 * draw[1] - 65_000, draw[2] / 3);
                    Forecast one = Forecast.Of(Micro(shift - half, shift, shift + half), Load(rate / 2.0), Hertz),
                        two = Forecast.Of(Micro(shift - half, shift, shift + half), Load(rate), Hertz);
                    return one.Percent.Low >= -one.Bound - 1e-9
                        && one.Percent.Low <= one.Percent.Value
                        && one.Percent.Value <= one.Percent.High
                        && Math.Abs(two.Percent.Value - 2 * one.Percent.Value) < 1e-6;
                }
            )
            .Holds();
}
