namespace ExitProf.Traces;

/// <summary>The kinds of files that can be imported.</summary>
public enum ImportFormat : byte
{
    Unknown,

    /// <summary>
    /// Lines of ftrace, <c>trace-cmd report</c>, <c>perf script</c> and perf-prof, and the tables of perf, bcc, bpftrace and kvm_stat,
    /// which reports mix.
    /// </summary>
    Text,
    PerfData,
    TraceDat,
    Xentrace,

    /// <summary>Our own: nothing to import.</summary>
    ExitProfTrace,
}
