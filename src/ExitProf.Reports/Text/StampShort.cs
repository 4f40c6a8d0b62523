using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>
/// Names of stamps in fewer letters, for tables in a narrow terminal. Each is found in its long name, so that nobody has to look it up.
/// </summary>
internal static class StampShort
{
    public static string Of(Stamp stamp) => stamp switch
    {
        Stamp.RcuStart => "rcu:start",
        Stamp.RcuEnd => "rcu:end",
        Stamp.RunReturned => "vmm:returned",
        Stamp.RunCalled => "vmm:called",
        Stamp.KvmUserspaceExit => "user_exit",
        Stamp.KvmExit or Stamp.KvmEntry => stamp.Name(),
        _ => WithoutPrefix(stamp.Name()),
    };

    private static string WithoutPrefix(string name)
    {
        foreach (string prefix in (string[])["kvm_arch_", "kvm_io_", "kvm_"])
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal)) return name[prefix.Length..];
        }
        return name;
    }
}
