namespace ExitProf.Traces;

/// <summary>
/// What a row of the suite says about its recording. Settings that the reading does not name split it: there is one result for each
/// combination of their values.
/// </summary>
public abstract record SuiteQuestion
{
    private SuiteQuestion()
    {
    }

    /// <summary>What one exit costs under each configuration, and its tail.</summary>
    public sealed record Totals : SuiteQuestion;

    /// <summary>The stages of an exit, one beside the other: the classic table.</summary>
    public sealed record Stages : SuiteQuestion;

    /// <summary>A line through the totals against a numeric setting: cycles for each one more.</summary>
    /// <param name="Each">What one more of it is: "device", "byte".</param>
    /// <param name="OfUserspace">Whether the setting is about the VMM's work alone: the line is through that stage.</param>
    public sealed record Slope(string Setting, string Each, bool OfUserspace = false) : SuiteQuestion;

    /// <summary>The same against the logarithm of the setting: cycles for each doubling. Values below 1 count as 1.</summary>
    public sealed record SlopePerDoubling(string Setting) : SuiteQuestion;

    /// <summary>Cycles between each value of a setting and the first that was given.</summary>
    /// <param name="OfUserspace">
    /// Whether the setting is about the VMM's work alone: the difference of that stage is said first, because the way there and back, which
    /// varies by more, is not in it.
    /// </param>
    /// <param name="EachAlike">Whether each exit costs about the same. Where one in N pays for all, a typical exit says nothing of
    /// it: then only the VMM's mean does.</param>
    public sealed record Difference(string Setting, bool OfUserspace = false, bool EachAlike = true) : SuiteQuestion;

    /// <summary>How many times the first value's cycles each of the others takes.</summary>
    public sealed record Ratio(string Setting) : SuiteQuestion;

    /// <summary>
    /// Whether values of a setting make a difference to the first that was given: "no difference shown" where the 90 % interval of the
    /// relative difference lies inside the margin, never by the lack of significance.
    /// </summary>
    /// <param name="Margin">As a share: 0.02.</param>
    public sealed record Sameness(string Setting, double Margin = 0.02) : SuiteQuestion;

    /// <summary>How many times less an exit of this scenario takes than one of another, by the other's row of the suite.</summary>
    public sealed record Against(string Scenario) : SuiteQuestion;

    /// <summary>
    /// Units of guest work: work per second against the rate of exits, and Amdahl's line through the first and the last value.
    /// </summary>
    /// <param name="Setting">Exits per million instructions; a workload without it has one point.</param>
    public sealed record Work(string? Setting = null) : SuiteQuestion;
}
