namespace ExitProf.Reports.Charts;

/// <summary>A straight or logarithmic mapping of values to pixels, with the places where it is labelled.</summary>
internal sealed record Axis(double Low, double High, double From, double To, bool Logarithmic)
{
    public double At(double value)
    {
        double share = Logarithmic ? Math.Log(value / Low) / Math.Log(High / Low) : (value - Low) / (High - Low);
        return From + (To - From) * Math.Clamp(share, 0, 1);
    }

    /// <summary>Round values (1, 2 or 5 times a power of ten) at least this many pixels apart.</summary>
    public IReadOnlyList<double> Ticks(double apart)
    {
        if (Logarithmic) return LogTicks(apart);
        double step = Step((High - Low) * apart / Math.Abs(To - From));
        var ticks = new List<double>();
        for (double i = Math.Ceiling(Low / step); i * step <= High * (1 + 1e-9); i++) ticks.Add(i * step);
        return ticks;
    }

    /// <summary>The next value of the series 1, 2, 5, 10 ... that is not below.</summary>
    public static double Step(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        double mantissa = least / power;
        return power * (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10);
    }

    private List<double> LogTicks(double apart)
    {
        var ticks = new List<double>();
        for (double power = Math.Pow(10, Math.Floor(Math.Log10(Low))); power <= High; power *= 10)
        {
            // Powers of ten first: 2 and 5 are shown only where they leave room for the next power.
            foreach (int factor in (int[])[1, 2, 5])
            {
                double value = power * factor;
                if (value < Low * (1 - 1e-9) || value > High * (1 + 1e-9)) continue;
                double nextPower = power * 10 <= High * (1 + 1e-9) ? At(power * 10) : double.PositiveInfinity;
                bool room = (ticks.Count == 0 || At(value) - At(ticks[^1]) >= apart) && (factor == 1 || nextPower - At(value) >= apart);
                if (room) ticks.Add(value);
            }
        }
        return ticks;
    }
}
