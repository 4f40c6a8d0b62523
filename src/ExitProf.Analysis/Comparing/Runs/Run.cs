using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>One configuration of one trace: a unit of comparison.</summary>
internal sealed record Run(TraceSummary Trace, ConfigurationSummary Configuration)
{
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>How many exits its mean is over.</summary>
    public long Exits => Math.Max(1, Configuration.Untraced?.Total.Exits ?? Configuration.Total.Exits);

    /// <summary>Untraced if anything was; imports and foreign machines have traced exits only.</summary>
    /// <param name="oneClock">True for ticks of the clock; false for nanoseconds, where clocks differ.</param>
    public double Mean(bool oneClock) => (Configuration.Untraced?.Mean.Mean ?? Configuration.Total.Mean) * Scale(oneClock);

    /// <summary>A stage's mean without its probes; with them where their cost is unknown.</summary>
    public double Stage(int index, bool oneClock)
    {
        StageSummary stage = Configuration.Stages[index];
        bool known = Trace.Header.Groups == EventGroups.None || Trace.Header.ProbeFloor > 0;
        return (known && double.IsFinite(stage.Corrected.Mean) ? stage.Corrected.Mean : stage.Cycles.Mean) * Scale(oneClock);
    }

    public double Grain(bool oneClock) => Math.Max(1, Trace.Header.Clock.Grain) * Scale(oneClock);

    public string Unit(bool oneClock) => oneClock ? Trace.Header.Clock.Word : "ns";

    /// <summary>Hertz of a clock that counts cycles; 0 of any other.</summary>
    public long Hertz => Trace.Header.Clock.Unit == ClockUnit.Cycles ? Trace.Header.Clock.Hertz : 0;

    /// <summary>The distribution of what <see cref="Mean"/> is the mean of.</summary>
    public IReadOnlyList<CurvePoint> Curve => Configuration.Untraced is null ? Configuration.TracedCurve : Configuration.UntracedCurve;

    /// <summary>A quantile of that distribution.</summary>
    public double Quantile(double share, bool oneClock) => QuantileComparison.At(Curve, share) * Scale(oneClock);

    private double Scale(bool oneClock) => oneClock ? 1 : NanosecondsPerSecond / Trace.Header.Clock.Hertz;
}
