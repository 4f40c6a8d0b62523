using System.Text;
using ExitProf.Analysis;

namespace ExitProf.Reports.Charts;

/// <summary>A chart with the name that its file should have, without an extension.</summary>
public sealed record Picture(string Name, SvgPicture Svg);

/// <summary>Which charts a report has. The page and the pictures beside it are drawn by the same calls.</summary>
public static class Pictures
{
    /// <summary>More subjects than this are compared as flat bars.</summary>
    private const int MostPanels = 4;

    /// <summary>All charts of a report in their wide form.</summary>
    public static IReadOnlyList<Picture> Of(IReadOnlyList<TraceSummary> traces)
    {
        var subjects = Subject.Of(traces);
        var pictures = new List<Picture>();
        if (Subject.Comparable(subjects) && subjects.All(s => s.Configuration.Work == null)) pictures.Add(new Picture("comparison", Comparison(subjects, Waterfall.Wide, "all")));
        var taken = new HashSet<string>();
        foreach (Subject subject in subjects)
        {
            string name = FileName(subject.Label);
            for (int i = 2; !taken.Add(name); i++) name = $"{FileName(subject.Label)}-{i}";
            if (subject.Configuration.Work == null) pictures.Add(new Picture(name + "-stages", Stages(subject, Waterfall.Wide, "w")));
            if (Distribution.Draw(subject, Waterfall.Wide, "d") is { } distribution) pictures.Add(new Picture(name + "-distribution", distribution));
        }
        if (AmdahlCurve.Draw(subjects, Waterfall.Wide, "a") is { } work) pictures.Add(new Picture("work", work));
        foreach (TraceSummary trace in traces)
        {
            foreach (Sweep sweep in SweptShift.Curves(trace))
            {
                string name = FileName($"{trace.Header.Scenario} by {sweep.Setting} {sweep.Others}");
                if (taken.Add(name) && SweepCurve.Draw(trace, sweep, Waterfall.Wide, "c") is { } curve) pictures.Add(new Picture(name, curve));
            }
        }
        return pictures;
    }

    public static SvgPicture Stages(Subject subject, double width, string id) =>
        Waterfall.Draw([WaterfallPanel.Of(subject)], Hertz(subject), width, id);

    /// <summary>All subjects on one scale.</summary>
    public static SvgPicture Comparison(IReadOnlyList<Subject> subjects, double width, string id)
    {
        if (subjects.Count > MostPanels) return StackedBars.Draw(subjects, width, id);
        long hertz = Hertz(subjects[0]);
        return Waterfall.Draw([.. subjects.Select(WaterfallPanel.Of)], subjects.All(s => Hertz(s) == hertz) ? hertz : 0, width, id);
    }

    /// <summary>Figures in units of time need no second axis of time.</summary>
    private static long Hertz(Subject subject) => subject.Trace.Header.Clock.Unit == Traces.ClockUnit.Cycles ? subject.Trace.Header.Clock.Hertz : 0;

    /// <summary>Letters, digits and dashes only: a label comes out of a file and must not name another folder.</summary>
    private static string FileName(string label)
    {
        var name = new StringBuilder();
        foreach (char c in label.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c)) name.Append(c);
            else if (name.Length > 0 && name[^1] != '-') name.Append('-');
            if (name.Length == 60) break;
        }
        string trimmed = name.ToString().Trim('-');
        return trimmed.Length > 0 ? trimmed : "trace";
    }
}
