using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Tests.Nettrace;

public sealed class FindingKindTests
{
    [Fact]
    public void Every_kind_has_an_id_of_its_own_in_words_with_dashes()
    {
        Assert.True(FindingKind.All.Length > 80);
        Assert.Equal(FindingKind.All.Length, FindingKind.All.DistinctBy(k => k.Id).Count());
        Assert.All(FindingKind.All, k => Assert.Matches("^[a-z]+(-[a-z]+)*$", k.Id));
    }

    [Fact]
    public void Every_kind_says_what_it_means_in_one_sentence() =>
        Assert.All(FindingKind.All, k => Assert.Matches("^[A-Z][^\n]*[.)]$|^kvm_exit[^\n]*\\.$", k.Meaning));

    [Fact]
    public void A_finding_knows_its_kind_and_what_follows_from_it()
    {
        Finding finding = FindingKind.TraceCut.Of(1, "cut");
        Assert.True(finding.Is(FindingKind.TraceCut));
        Assert.Equal((Severity.DataLoss, FindingEffect.Damage), (finding.Severity, finding.Effect));
    }

    [Fact]
    public void A_kind_of_another_version_has_no_effect() =>
        Assert.Equal(FindingEffect.None, new Finding(Severity.Error, "of-tomorrow", 1, "").Effect);

    [Fact]
    public void Nobody_makes_a_finding_whose_kind_is_not_in_the_catalogue()
    {
        // The reader of traces makes those that a file has, whatever version wrote it.
        string[] makers =
        [
            .. SourceTree
                .Files("src", "*.cs")
                .Where(f => Regex.IsMatch(File.ReadAllText(f), @"\bnew Finding\(|new\(Severity\."))
                .Select(Path.GetFileName)!,
        ];
        Assert.Equal(["EventReader.cs"], makers.Where(f => !f.StartsWith("FindingKind", StringComparison.Ordinal)));
    }

    [Fact]
    public void Severities_rise_from_info_to_error_and_keep_their_numbers_in_files()
    {
        Severity[] rising = [Severity.Info, Severity.Warning, Severity.DataLoss, Severity.Error];
        Assert.Equal(rising, Enum.GetValues<Severity>().Order());
        Assert.Equal<byte>([0, 3, 1, 2], rising.Select(s => s.Code()));
        Assert.All(rising, s => Assert.Equal(s, SeverityCodes.OfCode(s.Code())));
    }

    [Fact]
    public void The_page_of_findings_is_what_the_catalogue_says()
    {
        string page = Path.Combine(SourceTree.Root, "src/ExitProf.Traces/Findings/Findings.md");
        string text = File.ReadAllText(page), made = text[..text.IndexOf("| id |", StringComparison.Ordinal)] + Table();
        if (text == made) return;
        string received = Path.ChangeExtension(page, ".received.md");
        File.WriteAllText(received, made);
        Assert.Fail($"Findings.md is not what the catalogue says; compare it with {received} and, if that is right, put it in its place.");
    }

    private static string Table() =>
        "| id | severity | meaning | what follows |\n|---|---|---|---|\n"
        + string.Concat(FindingKind.All.Select(k => $"| `{k.Id}` | {k.Severity.Name()} | {k.Meaning} | {Consequence(k.Effect)} |\n"));

    private static string Consequence(FindingEffect effect) => effect switch
    {
        FindingEffect.Damage => "the trace is no run of a baseline",
        FindingEffect.ForbidsVerdict => "no verdict",
        FindingEffect.OfMeans => "nothing for medians of interleaved blocks",
        FindingEffect.Carried => "repeated by a comparison of interleaved blocks",
        _ => "",
    };
}
