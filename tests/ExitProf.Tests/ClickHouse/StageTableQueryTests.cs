using System.Text.Json;
using ExitProf.Traces;

namespace ExitProf.Tests.ClickHouse;

/// <summary>The stage table that a server adds up is that of <c>report --format json</c>, on one server and on two shards.</summary>
[Collection(ClickHouseServers.Collection)]
public sealed class StageTableQueryTests(ClickHouseServers servers) : IDisposable
{
    /// <summary>The report has three digits after the point, of a share six.</summary>
    private const double Digits = 0.00051, ShareDigits = 0.00000051;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string, bool> Recordings()
    {
        var traces = new TheoryData<string, string, bool>();
        foreach (bool cluster in (bool[])[false, true])
        {
            traces.Add("traces/pvm-zen5/pio-out.nettrace", "", cluster);
            traces.Add("traces/pvm-zen5/pio-out.nettrace", "instructions", cluster);
            traces.Add("traces/pvm-xeon/suite/10-hlt.nettrace", "", cluster);
        }
        // A sweep, guest work, an emulated guest.
        traces.Add("traces/pvm-xeon/suite/07-cpuid.nettrace", "", true);
        traces.Add("traces/pvm-xeon/suite/12-host-fpu.nettrace", "", true);
        traces.Add("traces/ab-device-delay.nettrace", "", true);
        traces.Add("traces/pvm-xeon/suite/20-icache-write.nettrace", "", false);
        return traces;
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void A_server_has_the_figures_of_the_report(string trace, string unit, bool cluster)
    {
        string database = servers.NewDatabase();
        string file = Path.Combine(SourceTree.Root, trace);
        if (unit.Length > 0)
        {
            file = ChangedHeader.Write(file, folder["changed.nettrace"], h => h with
            {
                Clock = h.Clock with { Unit = ClockUnit.Instructions },
            });
        }
        ExitProfCommand.Run(["export", file, .. servers.Target(database, cluster), "--states-only"]).Succeeds();
        using JsonDocument report = JsonDocument.Parse(ExitProfCommand.Run("report", file, "--format", "json").Succeeds().Output);
        JsonElement told = report.RootElement.GetProperty("traces")[0];
        var rows = servers.Run(database, "stage-table.sql").ToLookup(r => Text(r, "configuration"));
        JsonElement[] configurations = [.. told.GetProperty("configurations").EnumerateArray()];
        Assert.NotEmpty(configurations);
        foreach (JsonElement configuration in configurations) Compare(configuration, [.. rows[Text(configuration, "name")]], unit.Length > 0);
    }

    private static void Compare(JsonElement told, JsonElement[] rows, bool counted)
    {
        bool native = Text(told, "mode") == "native";
        CompareRow(told.GetProperty("total"), rows.SingleOrDefault(r => Text(r, "kind") == "total"), "mean", ("exits", "exits"));
        CompareRow(told.GetProperty("untraced"), rows.SingleOrDefault(r => Text(r, "kind") == "untraced"),
            counted && native ? "centre" : "mean", ("exits", "exits"));
        JsonElement[] stages = [.. told.GetProperty("stages").EnumerateArray()];
        JsonElement[] rowsOfStages = [.. rows.Where(r => Text(r, "kind") == "stage")];
        Assert.Equal(stages.Select(s => (Text(s, "stage"), Text(s, "group"), Text(s, "state"), Text(s, "bound"))),
            rowsOfStages.Select(r => (Text(r, "name"), Text(r, "stage_group"), Text(r, "stage_state"), Text(r, "stage_bound"))));
        foreach ((JsonElement stage, JsonElement row) in stages.Zip(rowsOfStages))
        {
            if (Text(stage, "state") == "absent") continue;
            CompareRow(stage, row, "mean");
            Near(stage, "probe", row, "probe", Digits);
            Near(stage, "corrected", row, "corrected", Digits);
            Near(stage, "share", row, "share", ShareDigits);
            JsonElement[] steps = [.. stage.GetProperty("steps").EnumerateArray()];
            // Steps of one name in a stage are one row of the server.
            if (steps.Select(s => Text(s, "name")).Distinct().Count() < steps.Length) continue;
            foreach (JsonElement step in steps)
            {
                JsonElement own = rows.Single(r => Text(r, "kind") == "step" && Text(r, "stage_group") == Text(stage, "stage")
                    && Text(r, "name") == Text(step, "name"));
                Near(step, "mean", own, "mean", Digits);
                Near(step, "p50", own, "p50", Digits);
                Near(step, "corrected", own, "corrected", Digits);
            }
        }
    }

    private static void CompareRow(JsonElement told, JsonElement row, string mean, params (string Told, string Row)[] exact)
    {
        if (row.ValueKind == JsonValueKind.Undefined)
        {
            Assert.Equal(0, told.GetProperty("exits").GetInt64());
            return;
        }
        foreach ((string name, string column) in exact) Assert.Equal(told.GetProperty(name).GetInt64(), row.GetProperty(column).GetInt64());
        Near(told, "mean", row, mean, Digits);
        foreach (string quantile in (string[])["p50", "p90", "p99"]) Near(told, quantile, row, quantile, Digits);
        Near(told, "min", row, "shortest", Digits);
        Near(told, "max", row, "longest", Digits);
    }

    private static void Near(JsonElement told, string name, JsonElement row, string column, double digits)
    {
        double? expected = Figure(told.GetProperty(name)), found = Figure(row.GetProperty(column));
        Assert.True(expected.HasValue == found.HasValue && !(Math.Abs(expected.GetValueOrDefault() - found.GetValueOrDefault()) > digits),
            $"{name}: the report has {expected}, the server {found}: {row}");
    }

    private static double? Figure(JsonElement number) => number.ValueKind == JsonValueKind.Null ? null : number.GetDouble();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
