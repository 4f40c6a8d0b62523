using System.Globalization;
using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A VM that is changed by an ioctl while its vCPUs exit: the kernel waits until none of them can still see what was there before.
/// </summary>
internal static class UpdatedVm
{
    private const string Name = "vcpus";

    /// <summary>From none up to as many as there are CPUs for.</summary>
    public static Setting Vcpus { get; } =
        Setting.Number(
            Name,
            "vCPUs that exit to the VMM all the time, each on a CPU of its own; the last of as many as CPUs are allowed shares the caller's",
            Math.Min(1, MostVcpus - 1),
            0,
            MostVcpus,
            flips: false
        );

    /// <summary>None, one, and so on, for the suite.</summary>
    public static string Sweep =>
        $"{Name}={string.Join(',', Enumerable.Range(0, Math.Min(MostVcpus, 4) + 1).Select(n => n.ToString(CultureInfo.InvariantCulture)))}";

    private static int MostVcpus => Math.Min(CpuSet.Allowed().Count, 32);

    public static Workload Workload(SettingValues settings, ulong subkey, Func<Guest, VmmCall> call)
    {
        ExpectedExit exit = ExpectedExit.PioOut(GuestLayout.Port, 1);
        return new(ExitKind.VmmCall, a => GuestAccess.Out(a, GuestLayout.Port, 1), exit, subkey)
        {
            Companion = guest => new ExitingVcpus(guest, (int)settings.Number(Name), exit),
            Call = call,
        };
    }
}
