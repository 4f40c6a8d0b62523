namespace ExitProf.Analysis;

/// <summary>
/// An estimate with the interval that holds the truth with some confidence. The ends are NaN where the data allow no interval of it.
/// </summary>
public readonly record struct Interval(double Value, double Low, double High)
{
    public bool Exists => double.IsFinite(Low) && double.IsFinite(High);

    /// <summary>True if every value of it lies within the limit on either side of 0.</summary>
    public bool Inside(double limit) => Exists && Low >= -limit && High <= limit;

    public bool Above(double limit) => Exists && Low > limit;

    public bool Below(double limit) => Exists && High < limit;

    /// <summary>Each end moved away from the estimate by this factor.</summary>
    public Interval Widened(double factor) => new(Value, Value - (Value - Low) * factor, Value + (High - Value) * factor);

    /// <summary>Not narrower than this: what is missing is added on both sides.</summary>
    public Interval AtLeast(double width)
    {
        double missing = Math.Max(0, width - (High - Low)) / 2;
        return new Interval(Value, Low - missing, High + missing);
    }

    /// <summary>Every figure through a function that does not fall.</summary>
    public Interval Map(Func<double, double> rising) => new(rising(Value), rising(Low), rising(High));
}
