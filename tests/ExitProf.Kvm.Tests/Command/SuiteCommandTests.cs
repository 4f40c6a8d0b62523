using System.Text;
using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Kvm.Tests.Inside;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Kvm.Tests.Command;

/// <summary>The whole suite on the host at hand, a few exits of each experiment.</summary>
public sealed class SuiteCommandTests
{
    [Fact]
    public void A_quick_suite_has_a_row_for_every_scenario_and_can_be_shown_again()
    {
        HostNeeds.Kvm();
        using var folder = new TemporaryFolder();
        ProcessResult result = ExitProfCommand.Run("suite", "--quick", "-o", folder["suite"], "--format", "text").Succeeds();
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder["suite"], "suite.json")));
        JsonElement[] rows = [.. json.RootElement.GetProperty("rows").EnumerateArray()];
        Assert.Equal(ScenarioCatalog.All.Select(s => s.Name), rows.Select(r => r.GetProperty("scenario").GetString()!).Distinct());
        Assert.False(json.RootElement.GetProperty("figures").GetBoolean());
        foreach (JsonElement row in rows)
        {
            // Either it was recorded, or it says why it could not be.
            Assert.NotEqual(row.GetProperty("trace").ValueKind == JsonValueKind.Null, row.GetProperty("reason").GetString() == "");
            Assert.Contains(row.GetProperty("scenario").GetString()!, result.Output);
        }
        if (EmulatedMachine.IsHere) EmulatedMachine.Keep("suite.txt", Stages(folder["suite"], rows));
        ExitProfCommand.Run("suite", "--from", folder["suite"], "-o", folder["again"]).Succeeds();
        foreach (string file in (string[])["suite.json", "index.html"])
        {
            Assert.Equal(File.ReadAllText(Path.Combine(folder["suite"], file)), File.ReadAllText(Path.Combine(folder["again"], file)));
        }
    }

    /// <summary>
    /// Names and stages of all configurations, without the borders: <c>tests/hosts/recordings</c> has those, of more exits than a quick
    /// suite makes.
    /// </summary>
    private static string Stages(string folder, IEnumerable<JsonElement> rows)
    {
        var text = new StringBuilder();
        foreach (JsonElement row in rows.Where(r => r.GetProperty("trace").ValueKind == JsonValueKind.String))
        {
            var analysis = new TraceAnalysis();
            string file = Path.Combine(folder, row.GetProperty("trace").GetString()!);
            TraceReading reading = TraceReader.Read(file, analysis);
            string all = VerifiedStages.Text(row.GetProperty("command").GetString()!, analysis.Summarise(file, reading.Bytes, []));
            foreach ((int i, string line) in all.TrimEnd('\n').Split('\n').Index())
            {
                if (i % 3 != 1) text.Append(line).Append('\n');
            }
        }
        return text.ToString();
    }
}
