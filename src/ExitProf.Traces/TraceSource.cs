namespace ExitProf.Traces;

/// <summary>Who recorded a trace: our own VMM, somebody else's VM that we attached to, or another tool.</summary>
public sealed record TraceSource
{
    private TraceSource(string name) => Name = name;

    /// <summary>Our own VMM: every exit has the guest's and the VMM's stamps.</summary>
    public static TraceSource Vmm { get; } = new("vmm");

    /// <summary>A VM with a guest that is not ours, already running or booted to be recorded: kernel events only.</summary>
    public static TraceSource Attach { get; } = new("attach");

    /// <summary>"vmm", "attach", or the format of an import: "ftrace-text", "perf.data".</summary>
    public string Name { get; }

    public bool IsVmm => this == Vmm;

    public bool IsImport => this != Vmm && this != Attach;

    /// <param name="format">The format's name; "vmm" and "attach" are none.</param>
    public static TraceSource Import(string format) =>
        Named(format) is { IsImport: true } source ? source : throw new ArgumentException($"'{format}' is no format of an import.");

    internal static TraceSource Named(string name) =>
        name switch
        {
            "vmm" => Vmm,
            "attach" => Attach,
            _ => new TraceSource(name),
        };

    public override string ToString() => Name;
}
