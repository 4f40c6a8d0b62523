using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Whether the figures of runs mean the same.</summary>
internal static class Comparability
{
    /// <exception cref="InputException">They do not.</exception>
    public static void Check(string name, IReadOnlyList<Run> runs)
    {
        Same(
            "was run on the CPU in {0} and interpreted by KVM in {1}",
            r => r.Configuration.Native ? "native" : "emulated",
            pick: r => r.Configuration.Native
        );
        Same("differs in the guest's mode ({2} in {0}, {3} in {1})", r => r.Trace.Header.GuestMode);
        Same("was recorded by different means ({2} in {0}, {3} in {1})", r => r.Trace.Header.Source.Name);
        Same("differs in the exit ({2} in {0}, {3} in {1})", r => r.Configuration.Kind.Name());
        Same(
            "has untraced exits in {0} and none in {1}",
            r => r.Configuration.Untraced is null ? "none" : "some",
            pick: r => r.Configuration.Untraced is not null
        );
        Same("has other stages in {0} ({2}) than in {1} ({3}); record both with the same --events on kernels with the same events", Stages);
        Same("has stages with other borders in {0} ({2}) than in {1} ({3})", Borders);
        foreach (Run run in runs)
        {
            if (!(run.Mean(true) > 0 && double.IsFinite(run.Mean(true))))
                throw new InputException($"{name} has no mean above 0 in {run.Trace.File}: nothing can be compared with it.");
        }

        // Named first is a run that the picking function chooses.
        void Same(string sentence, Func<Run, string> of, Func<Run, bool>? pick = null)
        {
            Run one = runs.FirstOrDefault(pick ?? (_ => true)) ?? runs[0];
            if (runs.FirstOrDefault(r => of(r) != of(one)) is not { } other)
                return;
            string said = string.Format(
                System.Globalization.CultureInfo.InvariantCulture,
                sentence,
                one.Trace.File,
                other.Trace.File,
                Or(of(one)),
                Or(of(other))
            );
            throw new InputException($"{name} {said}: the two are not comparable.");
        }
    }

    private static string Or(string text) => text.Length > 0 ? text : "none";

    private static string Stages(Run run) =>
        string.Join(", ", run.Configuration.Stages.Where(s => s.State != StageState.Absent).Select(s => s.Name));

    private static string Borders(Run run) =>
        string.Join(
            ", ",
            run.Configuration.Stages.Where(s => s.State != StageState.Absent && !s.Steps.IsEmpty)
                .Select(s => $"{s.Name} {s.Steps[0].From.Name()} … {s.Steps[^1].To.Name()}")
        );
}
