using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>Findings of a recording, counted by kind, subject and text, in order of first appearance.</summary>
internal sealed class FindingLedger
{
    private readonly List<Finding> findings = [];

    private readonly List<long> told = [];

    public IReadOnlyList<Finding> All => findings;

    /// <summary>What was found since the last call.</summary>
    public IReadOnlyList<Finding> Untold()
    {
        var untold = new List<Finding>();
        for (int i = 0; i < findings.Count; i++)
        {
            if (i == told.Count) told.Add(0);
            if (findings[i].Count > told[i]) untold.Add(findings[i] with { Count = findings[i].Count - told[i] });
            told[i] = findings[i].Count;
        }
        return untold;
    }

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
