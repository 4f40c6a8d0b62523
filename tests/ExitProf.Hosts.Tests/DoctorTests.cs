using System.Text.Json;

namespace ExitProf.Hosts.Tests;

/// <summary><c>exitprof doctor</c> inside: what a stock kernel with kvm-amd can do.</summary>
public sealed class DoctorTests
{
    [Fact]
    public void Doctor_names_the_back_end_and_finds_tracefs_probes_native_modes_and_no_silent_event()
    {
        VerifiedRecording.TakeTurns(3);
        Dictionary<string, (string State, string Found)> checks = Checks(VerifiedHosts.Run("svm", "doctor"));
        Assert.StartsWith("svm (kvm_amd.avic=N, kvm_amd.nested=1, kvm_amd.npt=Y, kvm_amd.nrips=0)", checks["back-end"].Found);
        Assert.Equal("long64-cpl3 runs natively; long64-cpl0 runs natively; real16 runs natively.", checks["guest modes"].Found);
        Assert.StartsWith("The TSC ticks in steps of 1 ", checks["clock"].Found);
        Assert.Equal(
            ("ok", "A private instance under /sys/kernel/tracing with clock x86-tsc works; all wanted events exist."), checks["tracefs"]);
        Assert.Equal(
            ("ok", "kvm_io_bus_write, kvm_io_bus_read, kvm_arch_vcpu_put, kvm_arch_vcpu_load can be probed: --events deep ends pio-search "
                + "exactly."), checks["probes"]);
        Assert.Equal(("ok", "The kernel has function_graph for KVM's modules: --functions --host local counts the calls of an exit."),
            checks["functions"]);
        Assert.Equal("Stages: exit, handler, ≤ pio-search, host-restore, userspace, guest-reload, guest-entry, guest-resume.",
            checks["pio-out"].Found);
        Assert.StartsWith("1 CPU allowed", checks["cpus"].Found);
        Assert.DoesNotContain("silent events", checks.Keys);
    }

    private static Dictionary<string, (string, string)> Checks(HostResult doctor)
    {
        Assert.True(doctor.ExitCode == 0, doctor.Error);
        using JsonDocument json = JsonDocument.Parse(doctor.Output);
        return json.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(
            c => c.GetProperty("name").GetString()!,
            c => (c.GetProperty("state").GetString()!, c.GetProperty("found").GetString()!));
    }
}
