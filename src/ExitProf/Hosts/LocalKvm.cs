using ExitProf.Vmm;

namespace ExitProf;

/// <summary>Whether this machine's own KVM can be used.</summary>
internal static class LocalKvm
{
    public static bool IsUsable => Trouble == null;

    /// <summary>Why not, in a few words; null if it can.</summary>
    public static string? Trouble
    {
        get
        {
            try
            {
                using var kvm = new Kvm();
                return null;
            }
            catch (KvmUnavailableException e)
            {
                // "open(/dev/kvm) failed with ENOENT" of the whole sentence: the remedy is the emulated host.
                return e.Message.Split([" (", ": "], StringSplitOptions.None)[0].TrimEnd('.');
            }
        }
    }
}
