namespace ExitProf.Charts;

/// <summary>The places where an axis is labelled: 1, 2 or 5 times a power of ten, as many as have room.</summary>
internal static class RoundTicks
{
    /// <param name="pixels">How long the axis is.</param>
    /// <param name="apart">The least distance of two labels in pixels.</param>
    public static IReadOnlyList<double> Linear(double low, double high, double pixels, double apart)
    {
        double step = Step((high - low) * apart / pixels);
        var ticks = new List<double>();
        for (double i = Math.Ceiling(low / step - 1e-9); i * step <= high + step * 1e-9; i++) ticks.Add(i * step);
        return ticks;
    }

    /// <summary>The same on a logarithmic axis; 2 and 5 are shown only where they leave room for the next power of ten.</summary>
    public static IReadOnlyList<double> Logarithmic(double low, double high, double pixels, double apart)
    {
        double perDecade = pixels / Math.Log10(high / low);
        var ticks = new List<double>();
        for (double power = Math.Pow(10, Math.Floor(Math.Log10(low))); power <= high; power *= 10)
        {
            foreach (int factor in (int[])[1, 2, 5])
            {
                double value = power * factor;
                if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9)) continue;
                bool after = ticks.Count == 0 || Math.Log10(value / ticks[^1]) * perDecade >= apart;
                bool before = factor == 1 || power * 10 > high || Math.Log10(10.0 / factor) * perDecade >= apart;
                if (after && before) ticks.Add(value);
            }
        }
        return ticks;
    }

    /// <summary>The next value of the series 1, 2, 5, 10 … that is not below.</summary>
    private static double Step(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        double mantissa = least / power;
        return power * (mantissa <= 1 + 1e-9 ? 1 : mantissa <= 2 + 1e-9 ? 2 : mantissa <= 5 + 1e-9 ? 5 : 10);
    }
}
