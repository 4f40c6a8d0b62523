namespace ExitProf.Analysis;

/// <summary>What one of several vCPUs adds to a configuration's figures.</summary>
public sealed record VcpuSummary(int Vcpu, ConfigurationSummary Figures);
