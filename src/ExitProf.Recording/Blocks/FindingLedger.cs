using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>Findings of a recording, counted by id and text, which may name a configuration, in order of first appearance.</summary>
internal sealed class FindingLedger
{
    private readonly List<Finding> findings = [];

    public IReadOnlyList<Finding> All => findings;

    public void Add(Severity severity, string id, string text, long count = 1)
    {
        if (count == 0) return;
        int at = findings.FindIndex(f => f.Id == id && f.Text == text);
        if (at < 0) findings.Add(new Finding(severity, id, count, text));
        else findings[at] = findings[at] with { Count = findings[at].Count + count };
    }
}
