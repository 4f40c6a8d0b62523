using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>
/// What a change of the VMM's own work at an exit comes to, against three wholes: the exit as the guest sees it, the VMM's work, and the
/// exit without its way to user space and back. A figure in percent means little without its whole: bhyve's instruction cache gained 35 to
/// 40 % of an exit that never left the kernel.
/// </summary>
internal static class GainSentences
{
    /// <summary>One sentence each; none where the VMM emulates nothing or its work was not compared.</summary>
    public static IReadOnlyList<string> Sentences(ComparedRow row)
    {
        if (row.Reason != ExitKind.EmulationFailure.Name() || Shift(row, Stage.Userspace) is not { } own) return [];
        JudgedShift t = row.Total;
        string unit = VerdictSentences.Unit(row), change = $"{VerdictSentences.Change(row, own.Absolute)} {unit}";
        string whole = $"{VerdictSentences.Absolute(row)} {unit} of {VerdictSentences.Value(row, t.Base)}";
        var sentences = new List<string>
        {
            $"What the guest sees: {whole}, {VerdictSentences.Percent(t.Percent.Value)} ({Reach(t, t.Percent)}).",
            $"The VMM's own work ({Stage.Userspace.Name()}): {change} of {VerdictSentences.Value(row, own.Base)}, {Share(own, own.Base)}.",
        };
        if (Shift(row, Stage.HostRestore) is { } there && Shift(row, Stage.GuestReload) is { } back)
        {
            double rest = t.Base - there.Base - back.Base;
            string off = $"{Stage.HostRestore.Name()} and {Stage.GuestReload.Name()} taken off";
            sentences.Add(
                $"The exit without its way to user space and back ({off}): "
                + $"{change} of {VerdictSentences.Value(row, rest)}, {Share(own, rest)}.");
        }
        return sentences;
    }

    private static string Share(JudgedShift own, double whole)
    {
        Interval percent = own.Absolute.Map(c => 100 * c / whole);
        return $"{VerdictSentences.Percent(percent.Value)} ({Reach(own, percent)})";
    }

    private static string Reach(JudgedShift shift, Interval percent) =>
        VerdictSentences.IsExact(shift)
            ? "exact"
            : $"{VerdictSentences.Confidence(shift.Confidence)} interval {VerdictSentences.Range(percent)}";

    private static JudgedShift? Shift(ComparedRow row, Stage stage) =>
        row.Stages.FirstOrDefault(s => s.Stages is [var only] && only == stage)?.Shift;
}
