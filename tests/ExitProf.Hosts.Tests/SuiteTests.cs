using System.Text;
using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// <c>suite --quick</c> on stock kernels: everything that these hosts can run does what it should, and their cycles are nobody's result.
/// </summary>
public sealed class SuiteTests(BootedHosts hosts)
{
    private const string Command = "suite";

    public static TheoryData<string> Names => [.. BootedHosts.Names.Where(n => CommandList.Names(n).Contains(Command))];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task Every_scenario_is_recorded(string host)
    {
        HostRun run = await hosts.Get(host);
        Assert.True(run[Command].ExitCode == 0, run[Command].Error);
        JsonElement[] rows = Rows(run);
        Assert.Equal(
            ScenarioCatalog.All.SelectMany(s => s.SuiteRuns.Select(_ => s.Name)),
            rows.Select(r => r.GetProperty("scenario").GetString()!)
        );
        foreach (JsonElement row in rows)
        {
            if (row.GetProperty("scenario").GetString() == "host-fpu" && !CommandList.HasAvx(host))
            {
                Assert.Contains("its CPU has no AVX", row.GetProperty("reason").GetString());
                continue;
            }
            // These hosts run guests of any ring, and hypercalls: none is left out, and KVM interprets none.
            Assert.Equal(("", "native"), (row.GetProperty("reason").GetString(), row.GetProperty("mode").GetString()));
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task Every_recording_has_the_exits_and_stages_that_this_host_gave_before(string host)
    {
        HostRun run = await hosts.Get(host);
        var text = new StringBuilder();
        foreach (JsonElement row in Recorded(run))
        {
            TraceSummary trace = Trace(run, row);
            Assert.All(
                trace.Configurations,
                c => Assert.True(c.Untraced is { Total.Exits: > 0 }, $"{trace.File}: {c.Configuration.Name} has no exit")
            );
            Assert.Equal(0, trace.LostEvents);
            // Names and stages, without the borders: the list has those, of more exits than a quick suite makes.
            text.AppendJoin(
                "",
                VerifiedStages
                    .Text(row.GetProperty("command").GetString()!, trace)
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Where((_, i) => i % 3 != 1)
                    .Select(l => l + '\n')
            );
        }
        Golden.BeginsFile(Script.Expected(host + "-suite"), text.ToString());
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task No_cycles_of_an_emulated_machine_are_shown_as_a_result(string host)
    {
        HostRun run = await hosts.Get(host);
        Assert.All(
            Rows(run),
            r => Assert.Equal((0, 0), (r.GetProperty("results").GetArrayLength(), r.GetProperty("work").GetArrayLength()))
        );
        Assert.DoesNotMatch(@"\d cycles", string.Join('\n', Rows(run).Select(r => r.GetProperty("reading").GetString())));
        // Nor would they be if so many exits had been recorded: the facts of the host say what it is.
        SuiteRow[] rows =
        [
            .. Recorded(run)
                .Select(r => new SuiteRow(
                    r.GetProperty("scenario").GetString()!,
                    "",
                    "",
                    null,
                    [],
                    ScenarioCatalog.Get(r.GetProperty("scenario").GetString()!).SuiteRuns[0],
                    Trace(run, r),
                    "",
                    1
                )),
        ];
        var whole = new SuiteSummary([.. rows], Quick: false, Seconds: 1, Interrupted: false);
        Assert.True(whole.HostEmulated && !whole.HasFigures, string.Join(", ", rows[0].Trace!.Header.Host));
        using var text = new StringWriter();
        SuiteText.Write(text, whole);
        Assert.Contains("This host is itself emulated", text.ToString());
        Assert.DoesNotMatch(@"\d cycles", text.ToString());
    }

    private static JsonElement[] Rows(HostRun run)
    {
        using JsonDocument json = JsonDocument.Parse(run[Command].Read("suite/suite.json"));
        Assert.False(json.RootElement.GetProperty("figures").GetBoolean());
        return [.. json.RootElement.Clone().GetProperty("rows").EnumerateArray()];
    }

    private static IEnumerable<JsonElement> Recorded(HostRun run) =>
        Rows(run).Where(r => r.GetProperty("trace").ValueKind == JsonValueKind.String);

    private static TraceSummary Trace(HostRun run, JsonElement row)
    {
        string file = Path.Combine(run[Command].Folder, "suite", row.GetProperty("trace").GetString()!);
        var analysis = new TraceAnalysis();
        TraceReading reading = TraceReader.Read(file, analysis);
        Assert.Empty(reading.Findings);
        return analysis.Summarise(Path.GetFileName(file), reading.Bytes, []);
    }
}
