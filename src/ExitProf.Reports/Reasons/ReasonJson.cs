using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The reason table for machines: a row for each reason and KVM_EXIT_*, each exit in one row only.</summary>
internal static class ReasonJson
{
    public static void Write(Utf8JsonWriter json, TraceSummary trace)
    {
        json.WriteStartArray("reasons");
        if (trace.Reasons is { } table)
        {
            foreach (ReasonRow row in table.Rows) WriteRow(json, trace, table, row);
        }
        json.WriteEndArray();
    }

    private static void WriteRow(Utf8JsonWriter json, TraceSummary trace, ReasonTable table, ReasonRow row)
    {
        json.WriteStartObject();
        Text(json, "reason", row.Reason);
        Text(json, "kvmExit", row.KvmExit);
        json.WriteBoolean("userspace", row.Userspace);
        json.WriteBoolean("halt", row.IsHalt);
        // The vCPU where there is only one; those of several stand below.
        if (row.Vcpus is [{ Vcpu: >= 0 } only] && table.Threads.Length <= 1) json.WriteNumber("vcpu", only.Vcpu);
        else json.WriteNull("vcpu");
        WriteFigures(json, row.Figures);
        JsonText.Number(json, "perSecond", table.Rate(row, trace.Header.Clock));
        WriteInterval(json, "p50Interval", row.P50Interval);
        WriteInterval(json, "p99Interval", row.P99Interval);
        json.WriteStartArray("subkeys");
        foreach (ReasonSubkey subkey in row.Subkeys)
        {
            json.WriteStartObject();
            json.WriteString("subkey", subkey.Subkey);
            WriteFigures(json, subkey.Figures);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("moreSubkeys", row.MoreSubkeys);
        WriteVcpus(json, row);
        WriteStages(json, row);
        json.WriteEndObject();
    }

    private static void WriteVcpus(Utf8JsonWriter json, ReasonRow row)
    {
        json.WriteStartArray("vcpus");
        foreach (ReasonVcpu vcpu in row.Vcpus)
        {
            json.WriteStartObject();
            if (vcpu.Vcpu >= 0) json.WriteNumber("vcpu", vcpu.Vcpu);
            else json.WriteNull("vcpu");
            if (vcpu.Tid >= 0) json.WriteNumber("tid", vcpu.Tid);
            else json.WriteNull("tid");
            WriteFigures(json, vcpu.Figures);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteStages(Utf8JsonWriter json, ReasonRow row)
    {
        json.WriteStartArray("stages");
        foreach (ReasonStage stage in row.Stages)
        {
            json.WriteStartObject();
            json.WriteString("stage", stage.Stage);
            json.WriteString("group", stage.Group);
            json.WriteString("bound", stage.Bound == Bound.Upper ? "upper" : "exact");
            json.WriteNumber("exits", stage.Exits);
            JsonText.Number(json, "mean", stage.Mean);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteFigures(Utf8JsonWriter json, ReasonFigures f)
    {
        json.WriteNumber("count", f.Count);
        json.WriteNumber("paired", f.Paired);
        JsonText.Number(json, "total", f.Paired == 0 ? double.NaN : f.Total);
        JsonText.Number(json, "share", f.Share, digits: 6);
        JsonText.Number(json, "mean", f.Mean);
        JsonText.Number(json, "p50", f.P50);
        JsonText.Number(json, "p90", f.P90);
        JsonText.Number(json, "p99", f.P99);
        JsonText.Number(json, "min", f.Min);
        JsonText.Number(json, "max", f.Max);
    }

    private static void WriteInterval(Utf8JsonWriter json, string name, Estimate interval)
    {
        json.WriteStartObject(name);
        JsonText.Number(json, "low", interval.Low);
        JsonText.Number(json, "high", interval.High);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0) json.WriteString(name, value);
        else json.WriteNull(name);
    }
}
