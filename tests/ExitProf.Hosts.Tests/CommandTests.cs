using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Hosts.Tests;

/// <summary>The commands of the list, as they ran on stock kernels with kvm-amd and kvm-intel.</summary>
public sealed class CommandTests(BootedHosts hosts)
{
    private const double CompleteShare = 0.97;

    public static TheoryData<string> Names => [.. BootedHosts.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_command_succeeds_and_leaves_nothing_behind_in_the_kernel(string host)
    {
        HostRun run = await hosts.Get(host);
        Assert.NotEmpty(HostRun.CommandNames);
        Assert.All(HostRun.CommandNames, n => Assert.True(run[n].ExitCode == 0, $"{n}: exit code {run[n].ExitCode}; stderr: {run[n].Error}"));
        Assert.All(HostRun.CommandNames, n => Assert.Equal("", run[n].LeftBehind));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Doctor_names_the_back_end_and_finds_tracefs_and_native_modes(string host)
    {
        using JsonDocument doctor = JsonDocument.Parse((await hosts.Get(host))["doctor"].Output);
        var checks = doctor.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!);
        Assert.StartsWith(BackendOf(host), checks["back-end"].GetProperty("found").GetString());
        Assert.Equal("ok", checks["tracefs"].GetProperty("state").GetString());
        Assert.Contains("long64-cpl0 runs natively", checks["guest modes"].GetProperty("found").GetString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_port_write_has_all_eight_stages_and_its_exits_are_complete(string host)
    {
        TraceSummary summary = (await hosts.Get(host))["record-pio-out"].Summarise();
        Assert.Equal(BackendOf(host), summary.Header.Backend.Name());
        ConfigurationSummary configuration = Assert.Single(summary.Configurations);
        Assert.True(configuration.Native);
        Assert.Equal(Enum.GetValues<Stage>().Order(), configuration.Stages.Where(s => s.State == StageState.Present).SelectMany(s => s.Stages).Order());
        Assert.Equal(8, configuration.Stages.Length);
        Complete(summary);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_ioeventfd_never_reaches_user_space(string host)
    {
        TraceSummary summary = (await hosts.Get(host))["record-ioeventfd-pio"].Summarise();
        StageSummary userspace = Assert.Single(Assert.Single(summary.Configurations).Stages, s => s.Stages.Contains(Stage.Userspace));
        Assert.Equal(StageState.Absent, userspace.State);
        Complete(summary);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_published_command_runs_as_another_user_too(string host)
    {
        HostRun run = await hosts.Get(host);
        Assert.Equal("65534\n" + run["list"].Output, run["as-nobody"].Output);
        Assert.Contains("pio-out\n", run["list"].Output);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_kernel_has_nothing_to_complain_about(string host)
    {
        string[] boot = (await hosts.Get(host))["kernel-log"].Output.Split("HOST: list begins");
        Assert.Equal(2, boot.Length);
        Assert.DoesNotMatch("BUG:|WARNING:|Oops|Call Trace", boot[1]);
    }

    private static string BackendOf(string host) => host.Split('-')[0];

    private static void Complete(TraceSummary summary)
    {
        Assert.True(summary.Traced.Exits >= 400, $"only {summary.Traced.Exits} traced exits");
        Assert.True(summary.Traced.Complete >= CompleteShare * summary.Traced.Exits, $"{summary.Traced.Complete} of {summary.Traced.Exits} exits are complete");
        Assert.Equal(0, summary.LostEvents);
    }
}
