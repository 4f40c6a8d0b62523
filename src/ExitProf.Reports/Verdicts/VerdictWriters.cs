using System.Collections.Immutable;

namespace ExitProf.Reports;

/// <summary>All forms of the verdict: what <c>--format</c> and <c>--report</c> offer follows from this list.</summary>
public static class VerdictWriters
{
    /// <summary>The first is the default.</summary>
    public static ImmutableArray<IVerdictWriter> All { get; } =
    [new VerdictText(), new VerdictHtml(), new VerdictJson(), new VerdictMarkdown(), new JUnitReport()];

    public static IVerdictWriter Get(string name) => All.First(w => w.Name == name);

    /// <returns>Null if no form has that extension.</returns>
    public static IVerdictWriter? ForFile(string name) => All.FirstOrDefault(w => w.Extension == Path.GetExtension(name));
}
