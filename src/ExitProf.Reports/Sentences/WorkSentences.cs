using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>What a report says of units of guest work.</summary>
internal static class WorkSentences
{
    public static IReadOnlyList<string> Columns { get; } =
    ["exits per unit", "cycles per unit", "work, M instr./s", "exits/s", "cycles per exit", "time in exits"];

    /// <summary>
    /// "One unit of cpu-loop (2,000,000 instructions, 1 exit) takes 0.8 ms here: 2,400 million instructions a second; 4.1 % of the time is
    /// in exits."
    /// </summary>
    public static string Sentence(Subject subject, WorkSummary work)
    {
        long hertz = subject.Trace.Header.Clock.Hertz;
        string exits = work.Unit.Exits == 1 ? "1 exit" : $"{work.Unit.Exits:N0} exits";
        string unit = $"{VisibleText.Of(subject.Trace.Header.Scenario)} ({work.Unit.Instructions:N0} instructions, {exits})";
        string sentence =
            $"One unit of {unit} takes {Figures.CyclesAndTime(work.Cycles.Mean, subject.Trace.Header)} here: "
            + $"{Rate(work.WorkPerSecond(hertz))} million instructions and {work.ExitsPerSecond(hertz):N0} exits a second";
        return work.ShareInExits is { } share ? $"{sentence}; {Percent(share)} of the time is in exits." : sentence + ".";
    }

    public static string[] Row(Subject subject, WorkSummary work)
    {
        long hertz = subject.Trace.Header.Clock.Hertz;
        return
        [
            work.Unit.Exits.ToString("N0"),
            Figures.Interval(work.Cycles),
            Rate(work.WorkPerSecond(hertz)),
            work.ExitsPerSecond(hertz).ToString("N0"),
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
