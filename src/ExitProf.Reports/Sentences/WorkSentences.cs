using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>What a report says of units of guest work.</summary>
internal static class WorkSentences
{
    /// <summary>Instructions of a software CPU are no time, so nothing of them is a rate.</summary>
    public static string[] Columns(TraceClock clock) => clock.IsTime
        ? ["exits per unit", $"{clock.Symbol} per unit", "work, M instr./s", "exits/s", $"{clock.Symbol} per exit", "time in exits"]
        : ["exits per unit", $"{clock.Symbol} per unit", $"{clock.Symbol} per exit", $"{clock.Symbol} in exits"];

    /// <summary>
    /// "One unit of cpu-loop (2,000,000 instructions, 1 exit) takes 0.8 ms here: 2,400 million instructions a second; 4.1 % of the time is
    /// in exits."
    /// </summary>
    public static string Sentence(Subject subject, WorkSummary work)
    {
        TraceClock clock = subject.Trace.Header.Clock;
        string exits = work.Unit.Exits == 1 ? "1 exit" : $"{work.Unit.Exits:N0} exits";
        string unit = $"{VisibleText.Of(subject.Trace.Header.Scenario)} ({work.Unit.Instructions:N0} instructions, {exits})";
        string sentence =
            $"One unit of {unit} takes {Figures.CyclesAndTime(work.Cycles.Mean, subject.Trace.Header)} here"
            + (clock.IsTime
                ? $": {Rate(work.WorkPerSecond(clock.Hertz))} million instructions and {work.ExitsPerSecond(clock.Hertz):N0} exits a second" : "");
        string what = clock.IsTime ? "the time is" : "them are";
        return work.ShareInExits is { } share ? $"{sentence}; {Percent(share)} of {what} in exits." : sentence + ".";
    }

    public static string[] Row(Subject subject, WorkSummary work)
    {
        TraceClock clock = subject.Trace.Header.Clock;
        string[] rates = clock.IsTime ? [Rate(work.WorkPerSecond(clock.Hertz)), work.ExitsPerSecond(clock.Hertz).ToString("N0")] : [];
        return
        [
            work.Unit.Exits.ToString("N0"),
            Figures.Interval(work.Cycles),
            .. rates,
            work.CyclesPerExit is { } exit ? Figures.Interval(exit) : Figures.Absent,
            work.ShareInExits is { } share ? Percent(share) : Figures.Absent,
        ];
    }

    /// <summary>A loop of system calls has few instructions of its own.</summary>
    internal static string Rate(double millions) => millions.ToString(millions < 10 ? "N2" : "N0");

    private static string Percent(Estimate share) => double.IsFinite(share.Low)
        ? $"{100 * share.Mean:F1} ± {50 * (share.High - share.Low):F1} %"
        : $"{100 * share.Mean:F1} %";
}
