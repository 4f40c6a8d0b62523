namespace ExitProf.Traces;

/// <summary>Reads recordings of other tools into the trace model.</summary>
public static class TraceImport
{
    /// <summary>Name of the scenario of every imported trace: what was recorded, nobody but its owner knows.</summary>
    public const string Scenario = "import";

    /// <summary>Reads a recording to its end, or to where it is damaged, and hands it to a sink as a trace.</summary>
    /// <param name="stream">Read once, in order.</param>
    /// <param name="name">For messages.</param>
    /// <exception cref="TraceFormatException">The file is of no kind that can be imported; the message names its first bytes.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ImportReading Read(Stream stream, string name, ITraceSink sink, IProgress<long>? progress = null)
    {
        var source = new ImportStream(stream, progress);
        var first = source.Peek(FirstBytes.Wanted);
        return FirstBytes.Format(first) switch
        {
            ImportFormat.Text => XentraceText.Recognises(first) ? XentraceText.Read(source, sink) : EventTextFile.Read(source, sink),
            ImportFormat.Xentrace => XentraceFile.Read(source, sink),
            ImportFormat.PerfData => PerfDataFile.Read(source, stream.CanSeek ? stream : null, name, sink, progress),
            ImportFormat.TraceDat => TraceDatFile.Read(stream.CanSeek ? stream : null, name, sink, progress),
            ImportFormat.ExitProfTrace => throw new TraceFormatException($"{name} is a .nettrace file already: show it with exitprof "
                + "report."),
            _ => throw new TraceFormatException($"{name} {FirstBytes.Describe(first)}; {Importable}"),
        };
    }

    private const string Importable = "exitprof imports perf.data, trace.dat, xentrace, text of ftrace, trace-cmd report and perf script, and tables of perf "
        + "kvm stat, bcc, bpftrace, kvm_stat and kvm-unit-tests.";
}
