using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>A verdict in a few words, for a line that is written over.</summary>
public static class VerdictLine
{
    /// <summary>"worse: +0.98 % (+0.81 to +1.15 %)".</summary>
    public static string Of(JudgedShift shift) =>
        $"{shift.Verdict.Words()}: {VerdictSentences.Percent(shift.Percent.Value)} ({VerdictSentences.Range(shift.Percent)})";
}
