using System.Globalization;
using ExitProf.Linux;

namespace ExitProf.Recording;

/// <summary>There is no virtual machine to attach to where one was asked for.</summary>
public sealed class NoVmException : UnfitHostException
{
    /// <summary>A sentence names as many of the machines that run.</summary>
    private const int Listed = 5;

    private NoVmException(string message)
        : base(message)
    {
    }

    internal static NoVmException NotOne(int pid, string name, IReadOnlyList<RunningVm> running) =>
        new($"Process {pid} ({name}) is no virtual machine: none of its descriptors is anon_inode:kvm-vm. {Running(running)}");

    internal static NoVmException Gone(int pid, int errno, string proc) =>
        new(SystemCallException.Sentence($"open({proc}/{pid}/fd)", errno, "there is no such process"));

    internal static NoVmException OfSomebodyElse(int pid, string name, int errno, string proc) =>
        new(SystemCallException.Sentence($"open({proc}/{pid}/fd)", errno,
            $"process {pid} ({name}) belongs to another user: attach as root"));

    internal static NoVmException Named(string name, IReadOnlyList<RunningVm> named, IReadOnlyList<RunningVm> all) =>
        named.Count == 0
            ? new($"No virtual machine is named '{name}'. {Running(all)}")
            : new($"{named.Count} virtual machines are named '{name}': give the process id of one ({Ids(named)}), or --all.");

    internal static NoVmException None() =>
        new("No virtual machine runs here that this user may see: start one, or attach as root.");

    private static string Running(IReadOnlyList<RunningVm> vms) =>
        vms.Count == 0 ? "No virtual machine runs here that this user may see."
        : $"These run: {string.Join(", ", vms.Take(Listed).Select(vm => $"{vm.Pid} ({vm.Name})"))}{(vms.Count > Listed ? " and more" : "")}.";

    private static string Ids(IReadOnlyList<RunningVm> vms) =>
        string.Join(", ", vms.Take(Listed).Select(vm => vm.Pid.ToString(CultureInfo.InvariantCulture)));
}
