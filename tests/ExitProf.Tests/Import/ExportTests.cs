using System.Text;
using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Traces;
using Microsoft.Diagnostics.Tracing;

namespace ExitProf.Tests.Import;

/// <summary>An import goes through the file of a trace into every form of report and export.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Csv_has_a_line_for_each_exit_in_ticks_of_the_traces_clock()
    {
        string[] lines = Encoding.UTF8.GetString(Exported("ftrace_text/01_userspace_pio_hlt_intel_2018.ftrace.txt", TraceExport.Csv))
            .Split('\n');
        Assert.Contains("# clock: 1000000 ticks per second, grain 1", lines);
        string[] rows = [.. lines.Where(l => l.Length > 0 && l[0] != '#')];
        Assert.StartsWith("index,configuration,block,traced,vcpu,tid,reason,kvmExit,subkey,userspace,start,duration,exit,handler,",
            rows[0]);
        Assert.All(rows, r => Assert.Equal(rows[0].Split(',').Length, r.Split(',').Length));
        Assert.StartsWith("1,default,0,1,0,24797,IO_INSTRUCTION,KVM_EXIT_IO,0xe9,1,83184290337,45,,2,,41,,,2,", rows[2]);
        // An exit without an end has no duration.
        Assert.StartsWith("3,default,0,1,0,24797,,,,0,83184290416,,", rows[4]);
        Assert.Equal(7, rows.Length);
    }

    [Fact]
    public void Json_lines_are_objects_with_the_same_exits()
    {
        string[] lines = Encoding.UTF8.GetString(Exported("ftrace_text/03_dirty_ring_ept_2019.ftrace.txt", TraceExport.JsonLines))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonElement[] exits = [.. lines.Select(l => JsonDocument.Parse(l).RootElement).Where(e => e.TryGetProperty("index", out _))];
        Assert.Equal([2, 1, 2, 120851, 13, 19, 4], exits.Select(e => e.GetProperty("duration").GetInt64()));
        Assert.All(exits, e => Assert.Equal("EPT_VIOLATION", e.GetProperty("reason").GetString()));
        Assert.Equal("0x7fc036d000", exits[0].GetProperty("subkey").GetString());
    }

    [Fact]
    public void Folded_stacks_add_up_to_the_time_of_all_paired_exits()
    {
        string text = Encoding.UTF8.GetString(Exported("field/pckbd-qemu-marks.txt", TraceExport.Folded));
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + 1 + 54 + 75 + 1 + 1 + 2, lines.Sum(l => long.Parse(l[(l.LastIndexOf(' ') + 1)..])));
        Assert.Contains(lines, l => l.StartsWith("vm;IO_INSTRUCTION;0x60", StringComparison.Ordinal));
    }

    [Fact]
    public void Perfetto_slices_nest_and_use_published_fields_only()
    {
        byte[] file = Exported("ftrace_text/01_userspace_pio_hlt_intel_2018.ftrace.txt", TraceExport.Perfetto);
        var open = new Dictionary<ulong, Stack<ulong>>();
        int slices = 0, instants = 0, tracks = 0;
        foreach (var packet in Fields(file))
        {
            Assert.Equal(PerfettoSchema.Packet, packet.Number);
            var fields = Fields(packet.Bytes!);
            Assert.All(fields, f => Assert.Contains(f.Number, (int[])[8, 10, 11, 12, 13, 60]));
            if (fields.Any(f => f.Number == PerfettoSchema.TrackDescriptor)) tracks++;
            if (fields.FirstOrDefault(f => f.Number == PerfettoSchema.TrackEvent) is not { Bytes: { } bytes }) continue;
            var e = Fields(bytes);
            Assert.All(e, f => Assert.Contains(f.Number, (int[])[4, 9, 10, 11, 22]));
            ulong time = fields.Single(f => f.Number == PerfettoSchema.Timestamp).Value;
            ulong track = e.Single(f => f.Number == PerfettoSchema.TrackUuid).Value;
            if (!open.TryGetValue(track, out var stack)) open.Add(track, stack = new());
            switch (e.Single(f => f.Number == PerfettoSchema.Type).Value)
            {
                case PerfettoSchema.SliceBegin:
                    Assert.True(stack.Count == 0 || stack.Peek() <= time);
                    stack.Push(time);
                    slices++;
                    break;
                case PerfettoSchema.SliceEnd:
                    Assert.True(stack.Pop() <= time);
                    break;
                default:
                    instants++;
                    break;
            }
        }
        Assert.All(open.Values, Assert.Empty);
        // Four exits with both ends and their stages, two without an end; a track for the VM and one for each vCPU thread.
        Assert.True(slices > 4);
        Assert.Equal((2, 3), (instants, tracks));
    }

    [Fact]
    public void Other_tools_on_trace_event_read_one_event_for_each_exit()
    {
        byte[] file = Exported("ftrace_text/03_dirty_ring_ept_2019.ftrace.txt", TraceExport.NettraceEvents);
        var read = new List<(string Name, string Reason, double Duration)>();
        using (var source = new EventPipeEventSource(new MemoryStream(file)))
        {
            source.Dynamic.All += e => read.Add((e.EventName, (string)e.PayloadByName("Reason"), (double)e.PayloadByName("Duration")));
            source.Process();
        }
        Assert.Equal([2.0, 1, 2, 120851, 13, 19, 4], read.Select(r => r.Duration));
        Assert.All(read, r => Assert.Equal(("Exit", "EPT_VIOLATION"), (r.Name, r.Reason)));
    }

    [Fact]
    public void A_report_of_many_reasons_has_each_exit_in_one_row()
    {
        TraceSummary summary = Summary("field/pckbd-qemu-marks.txt");
        ReasonTable table = summary.Reasons!;
        Assert.Equal((10, 9), (table.Count, table.Paired));
        ReasonRow io = table.Rows.Single(r => r.Reason == "IO_INSTRUCTION");
        Assert.Equal((6, 5, 132.0), (io.Figures.Count, io.Figures.Paired, io.Figures.Total));
        Assert.Equal(132.0 / 135, io.Figures.Share, 6);
        Assert.Equal(["0x60", "0x64", "0xa0", "0x20"], io.Subkeys.Select(s => s.Subkey));
        Assert.Equal([75.0, 56, 1, 0], io.Subkeys.Select(s => s.Figures.Total));
        using var json = new MemoryStream();
        JsonReport.Write(json, [summary]);
        JsonElement reasons = JsonDocument.Parse(json.ToArray()).RootElement.GetProperty("traces")[0].GetProperty("reasons");
        Assert.Equal(10, reasons.EnumerateArray().Sum(r => r.GetProperty("count").GetInt64()));
        Assert.Equal("IO_INSTRUCTION", reasons[0].GetProperty("reason").GetString());
        using var text = new StringWriter();
        TextReport.Write(text, [summary]);
        Assert.Contains("10 exits of 3 reasons", text.ToString());
    }

    [Fact]
    public void Halts_are_kept_apart_from_the_cost_of_exits()
    {
        ReasonTable table = Summary("field/inconsistent-doc-trace-and-table.txt").Reasons!;
        Assert.Equal((11.0, 179.0), (table.ExitTime, table.HaltTime));
        Assert.True(double.IsNaN(table.Rows.Single(r => r.IsHalt).Figures.Share));
        Assert.Equal(1, table.Rows.Where(r => !r.IsHalt).Sum(r => r.Figures.Share), 9);
    }

    [Fact]
    public void Open_metrics_text_ends_as_it_must_and_is_in_seconds()
    {
        using var text = new StringWriter();
        OpenMetricsReport.Write(text, Summary("ftrace_text/01_userspace_pio_hlt_intel_2018.ftrace.txt"));
        string[] lines = text.ToString().Split('\n');
        Assert.Equal(["# EOF", ""], lines[^2..]);
        Assert.Contains("exitprof_exits_total{reason=\"IO_INSTRUCTION\",kvm_exit=\"KVM_EXIT_IO\",vcpu=\"0\",tid=\"24797\"} 2", lines);
        Assert.Contains("exitprof_exit_duration_seconds_sum{reason=\"IO_INSTRUCTION\",kvm_exit=\"KVM_EXIT_IO\",vcpu=\"0\",tid=\"24797\"} "
            + "7.5E-05", lines);
    }

    private string Imported(string sample)
    {
        string path = Path.Combine(folder.Path, "imported.nettrace");
        using FileStream stream = File.OpenRead(Path.Combine(ImportedText.Folder, sample));
        using var writer = new TraceWriter(path);
        TraceImport.Read(stream, sample, writer);
        return path;
    }

    private TraceSummary Summary(string sample) => TraceFiles.Summarise(Imported(sample));

    private byte[] Exported(string sample, string form)
    {
        using var output = new MemoryStream();
        TraceExport.Write(Imported(sample), "imported.nettrace", form, output);
        return output.ToArray();
    }

    /// <summary>The fields of a message: varints and pieces with a length are all that is used.</summary>
    private static List<(int Number, ulong Value, byte[]? Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, ulong, byte[]?)>();
        for (int at = 0; at < message.Length;)
        {
            ulong key = Varint(message, ref at), value = Varint(message, ref at);
            if ((key & 7) == 0) fields.Add(((int)(key >> 3), value, null));
            else
            {
                Assert.Equal(2ul, key & 7);
                fields.Add(((int)(key >> 3), value, message[at..(at + (int)value)]));
                at += (int)value;
            }
        }
        return fields;
    }

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            value |= (ulong)(bytes[at] & 0x7f) << shift;
            if (bytes[at++] < 0x80) return value;
        }
    }
}
