using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>
/// What a change of the VMM's own work at an exit comes to, against three wholes: the exit as the guest sees it, the VMM's work, and the exit without its way to
/// user space and back. A figure in percent means little without its whole: bhyve's instruction cache gained 35 to 40 % of an exit that never left the kernel.
/// </summary>
internal static class GainReading
{
    /// <summary>One sentence each; none where the VMM emulates nothing or its work was not compared.</summary>
    public static IReadOnlyList<string> Sentences(ComparedRow row)
    {
        if (row.Reason != ExitKind.EmulationFailure.Name() || Shift(row, Stage.Userspace) is not { } own) return [];
        JudgedShift t = row.Total;
        string unit = VerdictReading.Unit(row);
        var sentences = new List<string>
        {
            $"What the guest sees: {VerdictReading.Absolute(row)} {unit} of {VerdictReading.Value(row, t.Base)}, {VerdictReading.Percent(t.Percent.Value)} ({VerdictReading.Confidence(t.Confidence)} interval {VerdictReading.Range(t.Percent)}).",
            $"Of the VMM's own work ({Stage.Userspace.Name()}): {VerdictReading.Change(row, own.Absolute)} {unit} of {VerdictReading.Value(row, own.Base)}, {Share(own, own.Base)}.",
        };
        if (Shift(row, Stage.HostRestore) is { } there && Shift(row, Stage.GuestReload) is { } back)
        {
            double rest = t.Base - there.Base - back.Base;
            sentences.Add(
                $"Of the exit without its way to user space and back ({Stage.HostRestore.Name()} and {Stage.GuestReload.Name()} taken off): {VerdictReading.Change(row, own.Absolute)} {unit} of {VerdictReading.Value(row, rest)}, {Share(own, rest)}.");
        }
        return sentences;
    }

    private static string Share(JudgedShift own, double whole)
    {
        Interval percent = own.Absolute.Map(c => 100 * c / whole);
        return $"{VerdictReading.Percent(percent.Value)} ({VerdictReading.Confidence(own.Confidence)} interval {VerdictReading.Range(percent)})";
    }

    private static JudgedShift? Shift(ComparedRow row, Stage stage) => row.Stages.FirstOrDefault(s => s.Stages is [var only] && only == stage)?.Shift;
}
