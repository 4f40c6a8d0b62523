namespace ExitProf.Traces;

/// <summary>What every row of a trace has.</summary>
/// <param name="Attempt">
/// Number of the export, rising with time. The row of the trace comes last and names it; rows of an attempt that no such row names
/// are those of an export that was cut, and no query counts them.
/// </param>
/// <param name="Host">Name of the machine that recorded; empty where nobody said it.</param>
public sealed record ExportedTrace(FileIdentity Identity, ulong Attempt, string Host, TraceHeader Header)
{
    /// <summary>A fact of a trace's host that names it.</summary>
    public const string HostFact = "host name";

    public string Kernel => Fact("kernel");

    public string Cpu => Fact("cpu");

    /// <summary>Seconds since 1970, which the server keeps in 32 bits: a date beyond is moved to the nearest.</summary>
    public uint Start => (uint)Math.Clamp((Header.StartUtc - DateTime.UnixEpoch).TotalSeconds, 0, uint.MaxValue);

    public string Fact(string name) => Header.Host.FirstOrDefault(f => f.Name == name)?.Value ?? "";
}
