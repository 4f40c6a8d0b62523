using System.Text;
using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Reports;

namespace ExitProf.Tests.Reports;

public sealed class JsonReportTests
{
    private static string Json(params TraceSummary[] traces)
    {
        using var stream = new MemoryStream();
        JsonReport.Write(stream, traces);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Fact]
    public void A_full_trace_is_written_as_expected() => Golden.Equal("pio-out.json", Json(SampleSummaries.PioOut()));

    [Fact]
    public void Unknown_figures_are_null() => Golden.Equal("imported.json", Json(SampleSummaries.Imported()));

    [Fact]
    public void Hostile_names_are_data() => Golden.Equal("hostile.json", Json(SampleSummaries.HostileNames()));

    [Fact]
    public void Names_can_be_searched_for_and_cannot_steer_a_terminal()
    {
        string json = Json(SampleSummaries.HostileNames(), SampleSummaries.IoEventFd());
        Assert.Contains("\"stage\": \"pio-search+guest-entry\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain(json, c => c == '\u202e' || (char.IsControl(c) && c != '\n'));
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(SampleSummaries.Hostile, document.RootElement.GetProperty("traces")[0].GetProperty("scenario").GetString());
    }

    /// <summary>The contract, as the documentation of the command has it; "?" after a name allows null.</summary>
    [Fact]
    public void Every_name_of_the_contract_is_there_with_its_type()
    {
        foreach (TraceSummary[] traces in SampleReports.All)
        {
            using JsonDocument document = JsonDocument.Parse(Json(traces));
            JsonElement root = document.RootElement;
            Has(root, "schema:number traces:array");
            Assert.Equal(traces.Length, root.GetProperty("traces").GetArrayLength());
            foreach (JsonElement trace in root.GetProperty("traces").EnumerateArray())
            {
                Has(
                    trace,
                    "file:string scenario:string settings:object source:string backend:string tscHz:number tscGrain:number traced:object untraced:object lost:number bytes:number configurations:array findings:array"
                );
                Has(trace.GetProperty("traced"), "exits:number complete:number incompleteByCause:object");
                Has(trace.GetProperty("untraced"), "exits:number");
                foreach (JsonElement finding in trace.GetProperty("findings").EnumerateArray())
                {
                    Has(finding, "severity:string id:string count:number text:string");
                    Assert.Contains(finding.GetProperty("severity").GetString(), (string[])["info", "data-loss", "error"]);
                }
                foreach (JsonElement configuration in trace.GetProperty("configurations").EnumerateArray())
                    CheckConfiguration(configuration);
            }
        }
    }

    [Fact]
    public void Absent_stages_have_null_figures_and_merged_ones_joined_names()
    {
        using JsonDocument document = JsonDocument.Parse(Json(SampleSummaries.IoEventFd()));
        var stages = document
            .RootElement.GetProperty("traces")[0]
            .GetProperty("configurations")[0]
            .GetProperty("stages")
            .EnumerateArray()
            .ToList();
        JsonElement absent = stages.Single(s => s.GetProperty("stage").GetString() == "userspace");
        Assert.Equal("absent", absent.GetProperty("state").GetString());
        foreach (string name in (string[])["mean", "p50", "p90", "p99", "probe", "corrected", "share", "low", "high"])
            Assert.Equal(JsonValueKind.Null, absent.GetProperty(name).ValueKind);
        JsonElement merged = stages.Single(s => s.GetProperty("state").GetString() == "merged");
        Assert.Equal(
            ("pio-search+guest-entry", "pio-search+reentry"),
            (merged.GetProperty("stage").GetString(), merged.GetProperty("group").GetString())
        );
    }

    [Fact]
    public void Each_of_several_vcpus_has_the_figures_of_a_configuration()
    {
        using JsonDocument document = JsonDocument.Parse(Json(SampleSummaries.TwoVcpus()));
        JsonElement configuration = document.RootElement.GetProperty("traces")[0].GetProperty("configurations")[0];
        var vcpus = configuration.GetProperty("vcpus").EnumerateArray().ToList();
        Assert.Equal([0, 1], vcpus.Select(v => v.GetProperty("vcpu").GetInt32()));
        foreach (JsonElement figures in vcpus) CheckFigures(figures);
        Assert.Equal([69_600.0, 70_600.0], vcpus.Select(v => v.GetProperty("untraced").GetProperty("mean").GetDouble()));
        using JsonDocument one = JsonDocument.Parse(Json(SampleSummaries.PioOut()));
        Assert.False(one.RootElement.GetProperty("traces")[0].GetProperty("configurations")[0].TryGetProperty("vcpus", out _));
    }

    private static void CheckConfiguration(JsonElement configuration)
    {
        Has(configuration, "name:string settings:object mode:string");
        Assert.Contains(configuration.GetProperty("mode").GetString(), (string[])["native", "emulated"]);
        CheckFigures(configuration);
    }

    private static void CheckFigures(JsonElement configuration)
    {
        Has(configuration, "total:object untraced:object stages:array incomplete:object probeIndirect:object unattributed:object");
        Has(configuration.GetProperty("total"), "exits:number mean:number? p50:number? p90:number? p99:number? min:number?");
        Has(configuration.GetProperty("untraced"), "mean:number? p50:number? low:number? high:number?");
        Has(configuration.GetProperty("incomplete"), "exits:number mean:number?");
        Has(configuration.GetProperty("probeIndirect"), "mean:number?");
        Has(configuration.GetProperty("unattributed"), "mean:number? low:number? high:number?");
        foreach (JsonElement stage in configuration.GetProperty("stages").EnumerateArray())
        {
            Has(
                stage,
                "stage:string group:string state:string bound:string mean:number? p50:number? p90:number? p99:number? probe:number? corrected:number? share:number? steps:array"
            );
            Assert.Contains(stage.GetProperty("state").GetString(), (string[])["present", "absent", "merged"]);
            Assert.Contains(stage.GetProperty("bound").GetString(), (string[])["exact", "upper"]);
            foreach (JsonElement step in stage.GetProperty("steps").EnumerateArray())
                Has(step, "name:string from:string to:string mean:number? p50:number?");
        }
    }

    private static void Has(JsonElement element, string contract)
    {
        foreach (string field in contract.Split(' '))
        {
            string[] parts = field.TrimEnd('?').Split(':');
            Assert.True(element.TryGetProperty(parts[0], out JsonElement value), $"no \"{parts[0]}\" in {element}");
            bool allowedNull = field.EndsWith('?') && value.ValueKind == JsonValueKind.Null;
            Assert.True(
                allowedNull || value.ValueKind.ToString().Equals(parts[1], StringComparison.OrdinalIgnoreCase),
                $"\"{parts[0]}\" is {value.ValueKind}"
            );
        }
    }
}
