using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>Findings of a recording, counted by kind, subject and text, in order of first appearance.</summary>
internal sealed class FindingLedger
{
    private readonly List<Finding> findings = [];

    public IReadOnlyList<Finding> All => findings;

    public void Add(FindingKind kind, string text, long count = 1, string subject = "") =>
        Add(kind.Of(count, text) with { Subject = subject });

    /// <summary>Adds its count to an equal finding; a count of 0 is no finding.</summary>
    public void Add(Finding finding)
    {
        if (finding.Count == 0) return;
        int at = findings.FindIndex(f => (f.Id, f.Subject, f.Text) == (finding.Id, finding.Subject, finding.Text));
        if (at < 0) findings.Add(finding);
        else findings[at] = findings[at] with { Count = findings[at].Count + finding.Count };
    }
}
