using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf.Tests.Hostile;

/// <summary>What can be made of a trace, all of it: a file that harms one form only is found by none of the others.</summary>
internal static class EveryForm
{
    private static readonly string Good = Path.Combine(SourceTree.Root, "traces", "pvm-zen5", "pio-out.nettrace");
    private static readonly Lazy<TraceSummary> Other = new(() => TraceFiles.Summarise(Good));

    /// <summary>Everything that is text, for questions about all of it.</summary>
    /// <exception cref="TraceFormatException">The file is refused.</exception>
    public static IReadOnlyList<string> Of(string path)
    {
        TraceSummary trace = TraceFiles.Summarise(path);
        var forms = new List<string>();
        foreach (int width in (int[])[1, 60, 80, 120]) forms.Add(Text(w => TextReport.Write(w, [trace], width)));
        forms.Add(Text(w => HtmlReport.Write(w, [trace])));
        forms.Add(Text(w => MarkdownReport.Write(w, [trace])));
        forms.Add(Bytes(s => JsonReport.Write(s, [trace])));
        _ = Pictures.Of([trace]);
        if (trace.Verdict is { } verdict) Verdicts(verdict, forms);
        Gate gate = Gate.Usual with { FailOn = FailOn.CannotTell };
        (TraceSummary[], TraceSummary[])[] sides =
        [
            ([trace], [Other.Value]),
            ([Other.Value], [trace]),
            ([trace, trace with { Bytes = 1 }], [trace with { Bytes = 2 }, trace with { Bytes = 3 }]),
        ];
        foreach ((TraceSummary[] old, TraceSummary[] changed) in sides)
        {
            if (Refused(() => TraceComparison.Of(gate, old, changed, acrossHosts: true)) is { } compared) Verdicts(compared, forms);
        }
        using var folder = new TemporaryFolder();
        var baseline = new Baseline(Path.Combine(folder.Path, "baseline"));
        for (int i = 0; i < 2; i++)
        {
            if (Refused(() => BaselineComparison.Of(gate, baseline, "baseline", [trace])) is not { } held) break;
            Verdicts(held, forms);
            BaselineComparison.Add(baseline, [trace], "commit");
        }
        return forms;
    }

    private static void Verdicts(ComparisonSummary comparison, List<string> forms)
    {
        foreach (int width in (int[])[60, 80, 120]) forms.Add(Text(w => VerdictText.Write(w, new VerdictPage(comparison), width)));
        forms.Add(Text(w => VerdictHtml.Write(w, comparison)));
        forms.Add(Text(w => VerdictMarkdown.Write(w, comparison)));
        forms.Add(Text(w => JUnitReport.Write(w, new VerdictPage(comparison), DateTime.UnixEpoch, "host")));
        forms.Add(Bytes(s => VerdictJson.Write(s, comparison)));
    }

    private static ComparisonSummary? Refused(Func<ComparisonSummary> compare)
    {
        try
        {
            return compare();
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static string Text(Action<TextWriter> write)
    {
        using var writer = new StringWriter();
        write(writer);
        return writer.ToString();
    }

    private static string Bytes(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
