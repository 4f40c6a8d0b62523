using System.Text.Json;

namespace ExitProf.Traces;

/// <summary>
/// One JSON object a line: first the trace, then each exit, then what is doubtful. The names of the exits' fields are those of the CSV
/// columns. Written field by field, without an object for each of millions of rows.
/// </summary>
internal sealed class JsonLinesExport(Stream stream, string name) : IExitRowWriter
{
    private const int FlushBytes = 1 << 16;

    private readonly System.Buffers.ArrayBufferWriter<byte> line = new(FlushBytes + 4096);
    private Utf8JsonWriter? json;

    public void Begin(TraceHeader header)
    {
        Utf8JsonWriter writer = Object();
        writer.WriteString("trace", name);
        writer.WriteString("source", header.Source.Name);
        writer.WriteString("scenario", header.Scenario);
        writer.WriteString("backend", header.Backend.Name());
        writer.WriteNumber("ticksPerSecond", header.Clock.Hertz);
        writer.WriteNumber("grain", header.Clock.Grain);
        EndObject();
    }

    public void Row(in ExitRow row)
    {
        Utf8JsonWriter writer = Object();
        writer.WriteNumber("index", row.Index);
        writer.WriteString("configuration", row.Configuration.Name);
        writer.WriteNumber("block", row.Block.Index);
        writer.WriteBoolean("traced", row.IsTraced);
        Number("vcpu", row.Vcpu, row.Vcpu >= 0);
        Number("tid", row.Tid, row.Tid >= 0);
        Text("reason", row.Class.Reason);
        Text("kvmExit", row.Class.KvmExit);
        Text("subkey", row.Subkey);
        writer.WriteBoolean("userspace", row.Class.Destination == Destination.Userspace);
        writer.WriteNumber("start", row.Stamps[0]);
        if (row.IsPaired) writer.WriteNumber("duration", row.Duration);
        else writer.WriteNull("duration");
        writer.WriteStartObject("stages");
        if (row is { IsPaired: true, Walk: { } walk })
        {
            foreach (WalkStage stage in walk.Stages)
            {
                if (stage.State != StageState.Absent) writer.WriteNumber(stage.Name, row.Ticks(stage));
            }
        }
        writer.WriteEndObject();
        EndObject();
    }

    public void Finding(Finding finding)
    {
        Utf8JsonWriter writer = Object();
        writer.WriteString("finding", finding.Id);
        writer.WriteString("severity", finding.Severity.Name());
        writer.WriteNumber("count", finding.Count);
        writer.WriteString("text", finding.Text);
        EndObject();
    }

    public void End() => Flush();

    private Utf8JsonWriter Object()
    {
        json ??= new Utf8JsonWriter(line);
        json.Reset(line);
        json.WriteStartObject();
        return json;
    }

    private void EndObject()
    {
        json!.WriteEndObject();
        json.Flush();
        line.GetSpan(1)[0] = (byte)'\n';
        line.Advance(1);
        if (line.WrittenCount >= FlushBytes) Flush();
    }

    private void Flush()
    {
        stream.Write(line.WrittenSpan);
        line.ResetWrittenCount();
        stream.Flush();
    }

    private void Number(string field, long value, bool known)
    {
        if (known) json!.WriteNumber(field, value);
        else json!.WriteNull(field);
    }

    private void Text(string field, string value)
    {
        if (value.Length > 0) json!.WriteString(field, value);
        else json!.WriteNull(field);
    }
}
