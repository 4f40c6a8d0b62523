using System.Text.Json;
using ExitProf.Kvm.Tests.Recording;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Kvm.Tests.Attach;

/// <summary>Attaching to machines that run: in this process, where it is known how many exits they make, and in others.</summary>
public sealed class AttachTests(RunningMachine shared) : IClassFixture<RunningMachine>
{
    private const int Exits = 300;

    [Fact]
    public void Every_exit_is_seen_that_KVM_counts_of_machines_of_our_own()
    {
        HostNeeds.Tracefs();
        HostNeeds.Kvm();
        var trace = new RecordedTrace();
        IReadOnlyDictionary<string, long> counted = AttachTrial.Run(Exits, trace);

        Assert.DoesNotContain(trace.Findings, f => f.Is(FindingKind.EventsLost));
        Assert.Equal(counted["exits"], trace.Exits.Count);
        Assert.Equal(counted["mmio_exits"], Count(trace, c => c.KvmExit == "KVM_EXIT_MMIO"));
        Assert.Equal(counted["fpu_reload"], Count(trace, c => c.Destination == Destination.Userspace));
        Assert.Equal(Exits, Count(trace, c => c is { Kind: ExitKind.PioOut, Subkey: 0x3f8 }));
        // KVM counts these where the CPU says why the guest exited.
        if (KvmBackend.Detect() == Backend.Pvm) return;
        Assert.Equal(counted["io_exits"], Count(trace, c => c.Reason is "io" or "IO_INSTRUCTION"));
        Assert.Equal(counted["halt_exits"], Count(trace, c => c.Kind == ExitKind.Hlt));
        Assert.Equal(Exits, Count(trace, c => c.Kind == ExitKind.Cpuid));
    }

    [Fact]
    public void A_machine_of_another_process_is_recorded_by_reason_and_stage()
    {
        HostNeeds.Tracefs();
        HostNeeds.Kvm();
        HostNeeds.Processes();
        using var folder = new TemporaryFolder();
        ExitProfProcess machine = shared.Machine;
        ProcessResult result = ExitProfProcess
            .Run("attach", $"{machine.Id}", "--seconds", "1", "-o", folder["a.nettrace"], "--format", "json", "--page", folder["page"])
            .Succeeds();
        Assert.True(File.Exists(Path.Combine(folder["page"], "index.html")));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement trace = json.RootElement.GetProperty("traces")[0];
        Assert.Equal("attach", trace.GetProperty("source").GetString());
        JsonElement pio = Assert.Single(
            trace.GetProperty("reasons").EnumerateArray(),
            r => r.GetProperty("kvmExit").GetString() == "KVM_EXIT_IO" && r.GetProperty("count").GetInt64() > 100
        );
        Assert.Contains(pio.GetProperty("subkeys").EnumerateArray(), s => s.GetProperty("subkey").GetString() == "0x3f8");
        Assert.Contains(pio.GetProperty("stages").EnumerateArray(), s => s.GetProperty("stage").GetString() == "guest-entry");
        ExitProfProcess.Run("export", folder["a.nettrace"], "--to", "csv", "-o", folder["a.csv"]).Succeeds();
    }

    [Fact]
    public void Two_at_once_see_the_same_machine_and_leave_nothing()
    {
        LiveSlice.TakeTurns(0);
        string tracefs = HostNeeds.Tracefs();
        HostNeeds.Kvm();
        HostNeeds.Processes();
        using var folder = new TemporaryFolder();
        ExitProfProcess machine = shared.Machine;
        using ExitProfProcess a = Attach(machine, folder["a.nettrace"], "1"), b = Attach(machine, folder["b.nettrace"], "1");
        foreach (ExitProfProcess one in (ExitProfProcess[])[a, b])
        {
            one.Wait().Succeeds();
            Assert.Empty(Instances(tracefs, one.Id));
        }
        Assert.All((string[])["a", "b"], name => Assert.True(new FileInfo(folder[name + ".nettrace"]).Length > 10_000));
    }

    [Fact]
    public void What_a_killed_one_leaves_the_next_one_removes_and_its_trace_is_readable()
    {
        LiveSlice.TakeTurns(2);
        string tracefs = HostNeeds.Tracefs();
        HostNeeds.Kvm();
        HostNeeds.Processes();
        using var folder = new TemporaryFolder();
        ExitProfProcess machine = shared.Machine;
        using ExitProfProcess killed = Attach(machine, folder["a.nettrace"], "600");
        RunningMachine.WaitFor(killed, () => File.Exists(folder["a.nettrace"]) && new FileInfo(folder["a.nettrace"]).Length > 10_000);
        killed.Signal("KILL");
        killed.Wait();
        Assert.NotEmpty(Instances(tracefs, killed.Id));
        ExitProfProcess.Run("report", folder["a.nettrace"], "--format", "json").Succeeds();
        Attach(machine, folder["b.nettrace"], "0.2").Wait().Succeeds();
        Assert.Empty(Instances(tracefs, killed.Id));
    }

    [Fact]
    public void Ctrl_C_ends_a_recording_without_a_time_and_that_is_its_end()
    {
        LiveSlice.TakeTurns(2);
        HostNeeds.Tracefs();
        HostNeeds.Kvm();
        HostNeeds.Processes();
        using var folder = new TemporaryFolder();
        ExitProfProcess machine = shared.Machine;
        using ExitProfProcess attached = ExitProfProcess.StartInterruptible("attach", $"{machine.Id}", "-o", folder["a.nettrace"]);
        RunningMachine.WaitFor(attached, () => File.Exists(folder["a.nettrace"]) && new FileInfo(folder["a.nettrace"]).Length > 10_000);
        attached.Signal("INT");
        ProcessResult result = attached.Wait().Succeeds();
        Assert.Contains("KVM_EXIT_IO", result.Output);
    }

    [Fact]
    public void A_machine_that_ends_meanwhile_ends_the_recording_which_says_so()
    {
        LiveSlice.TakeTurns(1);
        HostNeeds.Tracefs();
        HostNeeds.Kvm();
        HostNeeds.Processes();
        using var folder = new TemporaryFolder();
        using ExitProfProcess machine = RunningMachine.Start(folder["machine.nettrace"]);
        using ExitProfProcess attached = Attach(machine, folder["a.nettrace"], "600");
        RunningMachine.WaitFor(attached, () => File.Exists(folder["a.nettrace"]) && new FileInfo(folder["a.nettrace"]).Length > 10_000);
        machine.Signal("KILL");
        ProcessResult result = attached.Wait().Succeeds();
        Assert.Contains("machine-ended", result.Output);
    }

    [Fact]
    public void Without_tracefs_and_the_right_to_mount_it_the_call_is_named()
    {
        HostNeeds.Tracefs();
        HostNeeds.Kvm();
        HostNeeds.Processes();
        using var folder = new TemporaryFolder();
        ExitProfProcess machine = shared.Machine;
        ExitProfProcess
            .Shell($"mount -t tmpfs none /sys/kernel/debug; mount -t tmpfs none /sys/kernel/tracing && exec setpriv --bounding-set -sys_admin "
                + $"--inh-caps -sys_admin $exitprof attach {machine.Id} --seconds 1 -o {folder["a.nettrace"]}", PrivateMounts.Enter())
            .Fails(2, "mount(tracefs, /sys/kernel/tracing) failed with EPERM (Operation not permitted): run as root");
        Assert.False(File.Exists(folder["a.nettrace"]));
    }

    private static int Count(RecordedTrace trace, Func<ExitClass, bool> wanted) => trace.Exits.Count(e => wanted(trace.Classes[e.Class]));

    private static ExitProfProcess Attach(ExitProfProcess machine, string file, string seconds) =>
        ExitProfProcess.Start("attach", $"{machine.Id}", "--seconds", seconds, "-o", file);

    private static string[] Instances(string tracefs, int process) =>
        Directory.GetDirectories(Path.Combine(tracefs, "instances"), $"exitprof_{process}_*");
}
