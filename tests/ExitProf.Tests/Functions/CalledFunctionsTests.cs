using System.Text;
using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Charts;
using ExitProf.Reports;
using ExitProf.Tests.Nettrace;
using ExitProf.Traces;

namespace ExitProf.Tests.Functions;

/// <summary>Calls that function_graph counted go through a trace into every report with their unit, and time is called distorted.</summary>
public sealed class CalledFunctionsTests : IDisposable
{
    private static readonly StackCount[] Stacks =
    [
        new(0, "exit", "run [kvm]", 130) { Calls = 0 },
        new(0, "handler", "run [kvm];handle [kvm_amd]", 300) { Calls = 1 },
        new(0, "pio-search", "run [kvm];handle [kvm_amd];search [kvm]", 2) { Calls = 2 },
        new(0, "userspace", "(VMM)", 18) { Calls = 0 },
        new(0, "guest-reload", "run [kvm]", 550) { Calls = 1 },
    ];

    private readonly TemporaryFolder folder = new();

    public CalledFunctionsTests()
    {
        using var writer = new TraceWriter(folder["t.nettrace"]);
        SampleTrace.Ordinary().Write(writer);
        foreach (StackCount stack in Stacks) writer.Stack(stack);
        writer.End(writer.Totals(false));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void They_are_read_back_as_they_were_written()
    {
        var read = new RecordedTrace();
        Assert.Empty(TraceReader.Read(folder["t.nettrace"], read).Findings);
        Assert.Equal(Stacks, read.Stacks);
    }

    [Fact]
    public void The_JSON_has_calls_as_the_count_and_time_as_distorted()
    {
        using var stream = new MemoryStream();
        JsonReport.Write(stream, [Summary()]);
        using JsonDocument json = JsonDocument.Parse(stream.ToArray());
        JsonElement[] rows = [.. json.RootElement.GetProperty("traces")[0].GetProperty("functions").EnumerateArray()];
        Assert.Equal(
            [
                "search [kvm] pio-search 2 calls 2 0.5",
                "run [kvm] exit 0 calls 130 0.5",
                "run [kvm] guest-reload 1 calls 550 0.75",
                "handle [kvm_amd] handler 1 calls 300 1",
                "(VMM) userspace 0 calls 18 1",
            ],
            rows.Select(r => $"{r.GetProperty("name")} {r.GetProperty("stage")} {r.GetProperty("count")} {r.GetProperty("unit")} "
                + $"{r.GetProperty("distorted")} {r.GetProperty("cumulative")}"));
    }

    [Fact]
    public void Terminal_and_page_name_the_unit_and_show_every_call()
    {
        var text = new StringWriter();
        TextReport.Write(text, [Summary()], 140);
        string[] lines =
            [.. text.ToString().Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Contains("function calls share cumulative cycles, distorted stages", lines);
        Assert.Contains("search [kvm] 2 50.0 % 50.0 % 2 pio-search", lines);
        Assert.Contains("run [kvm] 1 25.0 % 75.0 % 680 guest-reload", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("(VMM) 0", StringComparison.Ordinal));
        Assert.Contains("stage, calls calls cycles, distorted own share", lines);
        Assert.Contains("search [kvm] 2 2 2 0.2 %", lines);
        Assert.Contains(lines, l => l.Contains("inlined and noinstr ones are missing", StringComparison.Ordinal));
        var page = new StringWriter();
        HtmlReport.Write(page, [Summary()]);
        Assert.Contains("<th scope=\"col\">cycles, distorted</th>", page.ToString(), StringComparison.Ordinal);
        IChart picture = Assert.Single(Pictures.Of([Summary()]), c => c.Name.EndsWith("-calls", StringComparison.Ordinal)).Chart;
        Assert.Contains("distorted by function_graph", picture.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flame_graph_is_of_calls()
    {
        using var folded = new MemoryStream();
        TraceExport.Write(folder["t.nettrace"], "t", TraceExport.Folded, folded);
        Assert.Equal(
            [
                "pio-out;guest-reload;run [kvm] 1",
                "pio-out;handler;run [kvm];handle [kvm_amd] 1",
                "pio-out;pio-search;run [kvm];handle [kvm_amd];search [kvm] 2",
            ],
            Encoding.UTF8.GetString(folded.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Calls_and_instructions_are_never_compared()
    {
        FunctionCount[] calls = [new("f", 2, []) { Distorted = 9 }], more = [new("f", 3, []) { Distorted = 7 }];
        Assert.Empty(FunctionShift.Of([.. calls], [new("f", 3, [])]));
        Assert.Equal([new FunctionShift("f", 2, 3)], FunctionShift.Of([.. calls], [.. more]));
    }

    private TraceSummary Summary() => TraceFiles.Summarise(folder["t.nettrace"]);
}
