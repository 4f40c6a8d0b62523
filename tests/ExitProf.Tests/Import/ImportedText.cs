using System.Text;
using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>An exit as an import gave it.</summary>
public sealed record ImportedExit(
    long Tid, int Vcpu, string Reason, string KvmExit, ulong Subkey, bool Userspace, ulong Start, ulong? Duration, ExitClass Class,
        ulong[] Stamps);

/// <summary>What came of an import, in memory.</summary>
public sealed class ImportedText
{
    private readonly RecordedTrace trace = new();

    private ImportedText(Stream stream) => Reading = TraceImport.Read(stream, "sample", trace);

    public ImportReading Reading { get; }

    public TraceHeader Header => trace.TraceHeader!;

    public IReadOnlyList<Finding> Findings => trace.Findings;

    public IReadOnlyList<TableFigure> Metrics => trace.Metrics;

    public IReadOnlyList<VcpuIdentity> Threads => trace.Threads;

    /// <summary>In the order in which they begin.</summary>
    public IReadOnlyList<ImportedExit> Exits => [.. trace.Exits.Select(Exit).OrderBy(e => e.Start)];

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "import");

    public static ImportedText OfFile(params string[] path)
    {
        using FileStream file = File.OpenRead(Path.Combine([Folder, .. path]));
        return new ImportedText(file);
    }

    public static ImportedText Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static ImportedText Of(byte[] bytes) => new(new MemoryStream(bytes));

    /// <summary>"IO_INSTRUCTION 45, HLT -": each exit's reason and duration.</summary>
    public string Summary => string.Join(", ", Exits.Select(e => $"{e.Reason} {e.Duration?.ToString() ?? "-"}"));

    public long Count(string id) => Findings.Where(f => f.Id == id).Sum(f => f.Count);

    private ImportedExit Exit(RecordedExit exit)
    {
        ExitClass c = trace.Classes[exit.Class];
        VcpuIdentity thread = trace.Threads.Last(t => t.Index == exit.Vcpu);
        bool paired = c.Signature.AsSpan().HasBothEnds();
        ulong? duration = paired ? exit.Stamps[^1] - exit.Stamps[0] : null;
        bool userspace = c.Destination == Destination.Userspace;
        return new ImportedExit(thread.Tid, thread.Vcpu, c.Reason, c.KvmExit, c.Subkey, userspace, exit.Stamps[0], duration, c,
            exit.Stamps);
    }
}
