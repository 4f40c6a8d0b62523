using ExitProf.Hosts;
using ExitProf.Recording;

namespace ExitProf;

/// <summary>What this machine can do with ExitProf, on one line: live cycles, exact instructions, or reports only.</summary>
internal static class HostAbilities
{
    public const string Name = "this host";

    /// <param name="kvmTrouble">Why KVM cannot be used here; null if it can.</param>
    public static HostCheck Check(string? kvmTrouble, HostSupply supply)
    {
        bool live = kvmTrouble == null;
        string exact = $"exact instructions (--host svm: {supply.Found})";
        string found = (live, supply.Possible) switch
        {
            (true, true) => $"Gives live cycles (/dev/kvm), {exact}, and reports.",
            (true, false) => $"Gives live cycles (/dev/kvm) and reports; no exact instructions: {supply.Found}.",
            (false, true) => $"Gives {exact}, and reports; no live cycles: {kvmTrouble}.",
            _ => $"Gives reports of recorded traces only: {kvmTrouble}; {supply.Found}.",
        };
        string kvm = live ? "" : "Live cycles need a /dev/kvm that can be opened: load kvm_intel or kvm_amd, or allow nested "
            + "virtualization one level up.";
        CheckState state = (live, supply.Possible) switch
        {
            (true, true) => CheckState.Ok,
            (false, false) => CheckState.Missing,
            _ => CheckState.Limited,
        };
        return new HostCheck(Name, state, found, $"{kvm} {supply.Remedy}".Trim());
    }
}
