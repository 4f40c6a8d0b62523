using System.Text.Json;
using ExitProf.Recording;

namespace ExitProf.Tests.Readme;

/// <summary>The suites that come with this project: their traces give the page and the figures that stand beside them.</summary>
public sealed class PublishedSuiteTests
{
    private static readonly string[] Suites = Directory.GetDirectories(
        Path.Combine(SourceTree.Root, "traces"),
        "suite",
        SearchOption.AllDirectories
    );

    [Fact]
    public void Page_and_json_are_what_the_traces_give()
    {
        Assert.NotEmpty(Suites);
        foreach (string suite in Suites)
        {
            string host = Path.GetFileName(Path.GetDirectoryName(suite)!);
            using var folder = new TemporaryFolder();
            ExitProfCommand.Run("suite", "--from", suite, "-o", folder["suite"]).Succeeds();
            foreach (string file in (string[])["suite.json", "index.html"])
            {
                string kept = Path.Combine(SourceTree.Root, "reports", host, "suite", file);
                Assert.True(
                    File.Exists(kept) && File.ReadAllText(kept) == File.ReadAllText(Path.Combine(folder["suite"], file)),
                    $"{kept} is not what its traces give: run reports/make.sh"
                );
            }
        }
    }

    [Fact]
    public void Every_experiment_has_a_figure_or_the_reason_why_not()
    {
        foreach (string suite in Suites)
        {
            using JsonDocument json = JsonDocument.Parse(
                File.ReadAllText(
                    Path.Combine(SourceTree.Root, "reports", Path.GetFileName(Path.GetDirectoryName(suite)!), "suite/suite.json")
                )
            );
            Assert.True(json.RootElement.GetProperty("figures").GetBoolean());
            foreach (JsonElement row in json.RootElement.GetProperty("rows").EnumerateArray())
            {
                string scenario = row.GetProperty("scenario").GetString()!;
                Assert.Contains(ScenarioCatalog.All, s => s.Name == scenario);
                Assert.True(row.GetProperty("results").GetArrayLength() > 0 || row.GetProperty("reason").GetString() != "", scenario);
            }
        }
    }
}
