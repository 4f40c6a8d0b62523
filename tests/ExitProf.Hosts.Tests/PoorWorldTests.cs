using System.Text.RegularExpressions;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// Hosts that refuse something: a sentence, the contract's exit code, nothing left, and whatever can still be measured is.
/// </summary>
public sealed class PoorWorldTests(BootedHosts hosts)
{
    // Taking a host's modules away and locking it down is done where a boot takes seconds.
    public static TheoryData<string> Names => [.. BootedHosts.Names.Where(n => n != "vmx")];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task Another_user_who_may_use_kvm_measures_without_the_kernels_stages(string host)
    {
        HostRun run = await hosts.Get(host);
        Assert.Equal("65534\n" + run["list"].Output, run["as-nobody"].Output);
        foreach (string name in (string[])["nobody-records", "no-tracefs"])
        {
            Assert.Contains("exit code 0", run[name].Output);
            WithoutEvents(
                run[name],
                "mount(tracefs, /sys/kernel/tracing) failed with EPERM (Operation not permitted): run as root to see the kernel's stages",
                mayBeMounted: name == "nobody-records"
            );
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task Without_permission_for_kvm_or_without_its_modules_nothing_is_recorded_and_the_remedy_is_named(string host)
    {
        HostRun run = await hosts.Get(host);
        Assert.Equal("exit code 2\n", run["nobody-without-kvm"].Output);
        Sentence(
            run["nobody-without-kvm"].Error,
            "open(/dev/kvm) failed with EACCES (Permission denied): join the group kvm (usermod -aG kvm USER) or run as root"
        );
        Assert.Equal(2, run["no-kvm"].ExitCode);
        Sentence(run["no-kvm"].Error, "open(/dev/kvm) failed with ENOENT (No such file or directory): load kvm_intel or kvm_amd");
        Assert.Equal(0, run["no-kvm-doctor"].ExitCode);
        Assert.Equal("missing", CommandTests.Checks(run["no-kvm-doctor"].Output)["kvm"].State);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task What_a_killed_recording_leaves_the_next_one_removes_and_nothing_of_others(string host)
    {
        HostRun run = await hosts.Get(host);
        // One instance, both ends of four functions.
        Assert.Equal("1\n8\n", run["killed"].Output);
        Assert.Equal(0, run["after-killed"].ExitCode);
        Assert.Equal("p:somebody_else/probe kvm:kvm_io_bus_write\n", run["somebody-else"].Output);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task A_recording_that_is_asked_to_end_keeps_what_it_has(string host)
    {
        HostCommand command = (await hosts.Get(host))["terminated"];
        Assert.EndsWith("exit code 130\n", command.Output);
        Assert.Contains(command.Summarise().Findings, f => f.Id == "ended-early");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task A_kernel_that_is_locked_down_is_said_to_be(string host)
    {
        HostRun run = await hosts.Get(host);
        Assert.Equal(0, run["locked-down"].ExitCode);
        WithoutEvents(
            run["locked-down"],
            "the kernel is locked down (confidentiality): boot it without lockdown to see its stages",
            mayBeMounted: false
        );
        var checks = CommandTests.Checks(run["locked-down-doctor"].Output);
        Assert.Equal(("missing", "Boot without lockdown."), (checks["tracefs"].State, checks["tracefs"].Remedy));
        Assert.Contains("failed with EPERM", checks["probes"].Found);
        Assert.Contains("The kernel is locked down (confidentiality).", checks["probes"].Found);
    }

    private static void WithoutEvents(HostCommand command, string reason, bool mayBeMounted)
    {
        TraceSummary summary = command.Summarise();
        Finding why = Assert.Single(summary.Findings, f => f.Id == "no-kernel-events");
        Assert.True(
            why.Text.Contains(reason, StringComparison.Ordinal)
                || (mayBeMounted && why.Text.Contains("failed with EACCES", StringComparison.Ordinal)),
            why.Text
        );
        Assert.Equal(
            ["exit+handler+pio-search+host-restore", "userspace", "guest-reload+guest-entry+guest-resume"],
            Assert.Single(summary.Configurations).Stages.Select(s => s.Name));
        // On the one CPU that there is, most of so few blocks may have been interrupted.
        Assert.True(summary.UntracedExits > 0);
    }

    private static void Sentence(string error, string expected)
    {
        Assert.StartsWith("exitprof: " + expected, error, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(error, "\n"));
    }
}
