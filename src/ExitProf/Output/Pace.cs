using System.Diagnostics;

namespace ExitProf;

/// <summary>How fast something goes on, and how long it still takes at that pace, for a line of progress.</summary>
/// <param name="now">The clock, as seconds; the process's own unless a test has another.</param>
internal sealed class Pace(Func<double>? now = null)
{
    /// <summary>Nobody can tell from less.</summary>
    private const double LeastSeconds = 1;

    private const double LeastShare = 0.01;

    private readonly Func<double> now = now ?? (() => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency);
    private double began = double.NaN;

    /// <param name="share">Of the whole, from 0 to 1; NaN if the end is unknown.</param>
    /// <param name="done">What the rate is of; NaN for no rate.</param>
    /// <returns>"  12,345/s  8 s left"; empty while nothing is known.</returns>
    public string After(double share, double done, string perSecond)
    {
        if (double.IsNaN(began)) began = now();
        double passed = now() - began;
        if (passed < LeastSeconds) return "";
        string rate = done > 0 ? $"  {done / passed:#,0.##}{perSecond}" : "";
        return rate + (share is > LeastShare and < 1 ? $"  {Text(passed * (1 - share) / share)} left" : "");
    }

    private static string Text(double seconds) =>
        seconds < 90 ? $"{Math.Ceiling(seconds):0} s" : seconds < 5400 ? $"{Math.Ceiling(seconds / 60):0} min" : $"{seconds / 3600:0.#} h";
}
