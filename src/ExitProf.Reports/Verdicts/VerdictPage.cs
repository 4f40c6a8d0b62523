using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>
/// What every form of a verdict says, in the order in which it says it: sentences and cells, made once. Plain text: each writer escapes
/// what it prints, leaves out what it has no room for, and adds nothing.
/// </summary>
public sealed class VerdictPage
{
    private const string Unknown = "unknown";

    public VerdictPage(ComparisonSummary comparison)
    {
        Comparison = comparison;
        Sentence = VerdictSentences.Sentence(comparison);
        Measured = VerdictSentences.Measured(comparison);
        Rule = VerdictSentences.Rule(comparison);
        Method = VerdictSentences.Method(comparison);
        Needs = NeedSentences.Of(comparison);
        Heads = [VerdictSentences.Units(comparison), "base", "new", "shift", "in %", .. VerdictSentences.IntervalHeads(comparison)];
        Rows = [.. comparison.Rows.Select(r => new VerdictPageRow(comparison, r))];
        Findings = [.. VerdictSentences.Findings(comparison)];
        Hosts = [.. comparison.Hosts.Select(d => d with { Base = Known(d.Base), New = Known(d.New) })];

        static string Known(string value) => value.Length > 0 ? value : Unknown;
    }

    /// <summary>What all of it is made of.</summary>
    public ComparisonSummary Comparison { get; }

    /// <summary>The result in one sentence.</summary>
    public string Sentence { get; }

    /// <summary>Where and when the sides were measured; empty if nothing is known.</summary>
    public string Measured { get; }

    /// <summary>What "same", "better" and "worse" mean.</summary>
    public string Rule { get; }

    public string Method { get; }

    /// <summary>What it would take to decide; empty if all is decided.</summary>
    public string Needs { get; }

    /// <summary>The heads of the columns of figures, between the one that says what is compared and the one of the verdict.</summary>
    public ImmutableArray<string> Heads { get; }

    public ImmutableArray<VerdictPageRow> Rows { get; }

    /// <summary>The gains of all rows, each in a sentence.</summary>
    public IEnumerable<string> Gains => Rows.SelectMany(r => r.Gains);

    /// <summary>The tails of the rows that have one: those that decide each in a sentence, many others together.</summary>
    public IEnumerable<string> Tails => TailSentences.Of(Comparison.Rows);

    /// <summary>In what they differ; a value that is not known is said to be so.</summary>
    public ImmutableArray<HostDifference> Hosts { get; }

    /// <summary>The gravest first.</summary>
    public ImmutableArray<Finding> Findings { get; }
}
