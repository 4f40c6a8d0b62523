using System.Collections.Immutable;
using System.Text;

namespace ExitProf.Traces;

/// <summary>Writes the exits of a trace in the forms of other tools, as the trace is read.</summary>
public static class TraceExport
{
    public const string Csv = "csv";
    public const string JsonLines = "jsonl";
    public const string Folded = "folded";
    public const string Perfetto = "perfetto";
    public const string NettraceEvents = "nettrace-events";

    /// <summary>The forms that are made of single exits.</summary>
    public static readonly ImmutableArray<string> Forms = [Perfetto, Csv, JsonLines, Folded, NettraceEvents];

    private const int WriterChars = 1 << 16;

    /// <param name="name">Of the trace, as it is to be named in the result.</param>
    /// <param name="output">Written in order, never sought.</param>
    /// <exception cref="TraceFormatException">The file is no trace.</exception>
    public static TraceReading Write(string path, string name, string form, Stream output)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), WriterChars, leaveOpen: true) { NewLine = "\n" };
        IExitRowWriter writer = form switch
        {
            Csv => new CsvExport(text, name),
            JsonLines => new JsonLinesExport(output, name),
            Folded => new FoldedExport(text),
            Perfetto => new PerfettoExport(output),
            NettraceEvents => new NettraceEventsExport(output),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "No such form."),
        };
        TraceReading reading = TraceReader.Read(path, new ExitRows(writer));
        writer.End();
        return reading;
    }
}
