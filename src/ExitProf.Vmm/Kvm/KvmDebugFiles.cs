using System.Globalization;
using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>
/// What KVM shows of a machine in debugfs: a folder for each VM, named after the thread that made it and its descriptor, with one for each
/// vCPU in it (since Linux 4.8).
/// </summary>
internal static class KvmDebugFiles
{
    private const string Folder = "/sys/kernel/debug/kvm";
    private const string Threads = "/proc/self/task";

    /// <param name="vm">The VM's descriptor in this process.</param>
    /// <param name="vcpu">The vCPU's number.</param>
    /// <returns>
    /// The offset of the guest's TSC from the host's, in cycles; null where debugfs is not mounted or not readable, or where it cannot be
    /// told which folder is this VM's, as in a PID namespace.
    /// </returns>
    public static long? TscOffset(int vm, int vcpu)
    {
        string suffix = string.Create(CultureInfo.InvariantCulture, $"-{vm}");
        string file = string.Create(CultureInfo.InvariantCulture, $"vcpu{vcpu}/tsc-offset");
        try
        {
            string[] own = [.. Directory.GetDirectories(Folder, "*" + suffix).Where(f => IsOwn(Path.GetFileName(f)[..^suffix.Length]))];
            return own.Length == 1 && long.TryParse(Sysfs.ReadLine(Path.Combine(own[0], file)), NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture, out long offset) ? offset : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsOwn(string thread) => Directory.Exists(Path.Combine(Threads, thread));
}
