using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What the exits of one row of the reason table have in common.</summary>
/// <param name="Reason">The hardware's; what KVM did where it is not known.</param>
/// <param name="KvmExit">KVM_EXIT_*; empty where KVM answered itself.</param>
internal readonly record struct ReasonKey(string Reason, string KvmExit, bool Userspace)
{
    internal static ReasonKey Of(ExitClass exitClass)
    {
        // Where the hardware's reason is unknown, what KVM did is what there is.
        string reason = exitClass.Reason.Length > 0 ? exitClass.Reason
            : exitClass.Kind != ExitKind.Unknown ? exitClass.Kind.Name() : "";
        return new ReasonKey(reason, exitClass.KvmExit, exitClass.Destination == Destination.Userspace);
    }

    internal static ReasonKey Of(ReasonRow row) => new(row.Reason, row.KvmExit, row.Userspace);

    /// <summary>"IO_INSTRUCTION KVM_EXIT_IO", "HLT", "CPUID in user space".</summary>
    public override string ToString()
    {
        string name = Reason.Length > 0 ? Reason : "unknown";
        return KvmExit.Length > 0 ? $"{name} {KvmExit}" : Userspace ? $"{name} in user space" : name;
    }
}
