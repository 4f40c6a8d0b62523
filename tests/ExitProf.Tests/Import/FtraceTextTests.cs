using System.Globalization;

namespace ExitProf.Tests.Import;

public sealed class FtraceTextTests
{
    public static TheoryData<string> Files() => [.. Expected().Select(r => r[0]).Distinct()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Excerpts_of_public_reports_give_exactly_the_expected_pairs(string file)
    {
        string[][] expected = [.. Expected().Where(r => r[0] == file)];
        var exits = ImportedText.OfFile("ftrace_text", file).Exits;
        string[] found = [.. exits.Select(e =>
            string.Join('\t', e.Tid, e.Vcpu < 0 ? "" : e.Vcpu, e.Reason, e.Start, e.Start + e.Duration, e.Duration, e.Userspace ? 1 : 0))];
        // The table has neither a reason nor a vCPU for a line that was cut; the vCPU of an exit is known from the thread's other events.
        string[] wanted = [.. expected.Select(r =>
            string.Join('\t', r[1], Vcpu(r), r[3] == "UNPARSED" ? "" : r[3], r[4], r[5], r[6], r[7]))];
        Assert.Equal(wanted.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));

        string Vcpu(string[] row) => row[2].Length > 0 ? row[2] : expected.First(r => r[1] == row[1] && r[2].Length > 0)[2];
    }

    private static IEnumerable<string[]> Expected() =>
        File.ReadLines(Path.Combine(ImportedText.Folder, "ftrace_text", "expected_pairs.tsv")).Skip(1).Select(l => l.Split('\t'))
            .Where(r => ulong.TryParse(r[4], NumberStyles.None, CultureInfo.InvariantCulture, out _));
}
