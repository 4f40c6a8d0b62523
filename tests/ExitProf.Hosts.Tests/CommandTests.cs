using System.Text;
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
    public async Task Every_recording_succeeds_and_nothing_stays_behind_in_the_kernel(string host)
    {
        HostRun run = await hosts.Get(host);
        foreach (string name in CommandList.Recordings(host))
            Assert.True(run[name].ExitCode == 0, $"{name}: exit code {run[name].ExitCode}; stderr: {run[name].Error}");
        // A recording that was killed leaves its own, by nobody's fault; the one after it removes them.
        foreach (string name in CommandList.Names(host).Where(n => n != "killed"))
            Assert.True(run[name].LeftBehind.Length == 0, $"{name}: {run[name].LeftBehind}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_recording_has_the_borders_and_stages_that_this_host_gave_before(string host)
    {
        HostRun run = await hosts.Get(host);
        var text = new StringBuilder();
        foreach (string name in CommandList.Recordings(host))
        {
            TraceSummary summary = run[name].Summarise();
            if (text.Length == 0) text.Append(VerifiedStages.Host(summary.Header)).Append('\n');
            text.Append(VerifiedStages.Text(CommandList.Recorded(host, name), summary));
        }
        Golden.BeginsFile(Script.Expected(host), text.ToString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Exits_are_complete_and_of_one_kind_and_answered_by_whom_they_should(string host)
    {
        HostRun run = await hosts.Get(host);
        foreach (string name in CommandList.Recordings(host))
        {
            TraceSummary summary = run[name].Summarise();
            Assert.Equal(BackendOf(host), summary.Header.Backend.Name());
            Assert.All(summary.Configurations.Select(c => c.Native), Assert.True);
            Assert.Equal(0, summary.LostEvents);
            // Units of work and calls of the VMM have no stages, and are not traced.
            bool traced = summary.Header.Groups != EventGroups.None;
            RecordedTrace trace = run[name].Trace();
            for (int c = 0; c < summary.Configurations.Length; c++)
            {
                // A host with one CPU takes the vCPU thread off it now and then; such blocks are in the trace and in no figure.
                int exits = trace
                    .Blocks.Where(b => !b.Calibration && b.Configuration == c && b.Events == summary.Header.Groups)
                    .Sum(b => b.Used);
                Assert.True(
                    exits >= CommandList.Exits(host, name),
                    $"{name}: only {exits} exits of {summary.Configurations[c].Configuration.Name}"
                );
            }
            Assert.True(
                (traced ? summary.Traced.Exits : summary.UntracedExits) >= CommandList.Exits(host, name) / 2,
                $"{name}: more than half of its exits are in no figure"
            );
            if (traced)
            {
                // One REP instruction is sixteen round trips: into one of twenty falls the host's own tick. The waker shares the only CPU.
                Assert.True(
                    summary.Traced.Complete >= (name is "io-forms-rep" or "hlt-wake" ? 0.9 : CompleteShare) * summary.Traced.Exits,
                    $"{name}: {summary.Traced.Complete} of {summary.Traced.Exits} exits are complete"
                );
            }
            string errors = string.Join(
                "; ",
                summary
                    .Findings.Where(f => f.Severity == Severity.Error && f.Id is not ("unattributed" or "preempted-blocks-used"))
                    .Select(f => $"{f.Id}: {f.Text}")
            );
            Assert.True(errors.Length == 0, $"{name}: {errors}");
            // Each exit is in the trace once, and all of them are of the scenario's kind.
            Assert.Equal(trace.Blocks.Sum(b => b.Exits), trace.Exits.Count);
            Assert.True(trace.Classes.Select(c => c.Kind).Distinct().Count() == 1, $"{name}: exits of more than one kind");
            Assert.DoesNotContain(summary.Findings, f => f.Id is "tsc-offset" or "tsc-mismatch" or "out-of-order" or "other-kinds");
            Assert.Equal("0", Reading(summary, "guest tsc offset"));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Stages_and_residuals_add_up_to_the_untraced_mean(string host)
    {
        HostRun run = await hosts.Get(host);
        // A switch of threads runs the instance's filter by thread, which is there while events are on and belongs to no group of them:
        // exits with switches are longer then.
        foreach (string name in CommandList.Recordings(host).Where(n => n != "intervening-thread-on"))
        {
            TraceSummary summary = run[name].Summarise();
            foreach (
                ConfigurationSummary configuration in summary.Configurations.Where(c => c.Unattributed is { } u && double.IsFinite(u.Low))
            )
            {
                Estimate left = configuration.Unattributed!.Value;
                double limit = 0.03 * configuration.Untraced!.Mean.Mean;
                // A tick of the host's timer in one of a hundred exits moves a mean by more than that, and the interval says so.
                Assert.True(
                    left.Low <= limit && left.High >= -limit,
                    $"{name} {configuration.Configuration.Name}: {left} of {configuration.Untraced.Mean}"
                );
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Doctor_names_the_back_end_and_finds_tracefs_probes_native_modes_and_no_silent_event(string host)
    {
        Dictionary<string, HostCheckResult> checks = Checks((await hosts.Get(host))["doctor"].Output);
        string parameters =
            BackendOf(host) == "svm"
                ? "svm (kvm_amd.avic=N, kvm_amd.nested=1, kvm_amd.npt=Y, kvm_amd.nrips=0)"
                : "vmx (kvm_intel.enable_apicv=N, kvm_intel.ept=Y, kvm_intel.nested=Y, kvm_intel.vpid=Y)";
        Assert.StartsWith(parameters, checks["back-end"].Found);
        Assert.Equal("long64-cpl3 runs natively; long64-cpl0 runs natively; real16 runs natively.", checks["guest modes"].Found);
        Assert.StartsWith("The TSC ticks in steps of 1 cycle; flags: tsc", checks["clock"].Found);
        Assert.Equal(
            ("ok", "A private instance under /sys/kernel/tracing with clock x86-tsc works; all wanted events exist."),
            (checks["tracefs"].State, checks["tracefs"].Found)
        );
        Assert.Equal(
            (
                "ok",
                "kvm_io_bus_write, kvm_io_bus_read, kvm_arch_vcpu_put, kvm_arch_vcpu_load can be probed: --events deep ends pio-search exactly."
            ),
            (checks["probes"].State, checks["probes"].Found)
        );
        Assert.Equal(
            "Stages: exit, handler, ≤ pio-search, host-restore, userspace, guest-reload, guest-entry, guest-resume.",
            checks["pio-out"].Found
        );
        Assert.StartsWith("1 CPU allowed", checks["cpus"].Found);
        Assert.DoesNotContain("silent events", checks.Keys);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Only_svm_of_6_1_writes_kvm_exit_with_interrupts_on_and_the_trace_says_so(string host)
    {
        TraceSummary summary = (await hosts.Get(host))["profile-pio-out"].Summarise();
        Assert.Equal(host == "svm", summary.Findings.Any(f => f.Id == "late-kvm-exit" && f.Count >= summary.Traced.Exits));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Profile_prints_the_table_and_makes_the_page(string host)
    {
        HostCommand profile = (await hosts.Get(host))["profile-pio-out"];
        Assert.Contains("guest-resume", profile.Output);
        Assert.Contains("<h1", profile.Read("index.html"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_kernel_has_nothing_to_complain_about(string host)
    {
        string log = (await hosts.Get(host))["kernel-log"].Output;
        int begin = log.IndexOf("HOST: list begins", StringComparison.Ordinal);
        Assert.True(begin >= 0, "the log does not say where the list begins");
        Assert.DoesNotMatch("BUG:|WARNING:|Oops|Call Trace", log[begin..]);
    }

    internal static Dictionary<string, HostCheckResult> Checks(string doctor)
    {
        using JsonDocument json = JsonDocument.Parse(doctor);
        return json
            .RootElement.GetProperty("checks")
            .EnumerateArray()
            .ToDictionary(
                c => c.GetProperty("name").GetString()!,
                c => new HostCheckResult(
                    c.GetProperty("state").GetString()!,
                    c.GetProperty("found").GetString()!,
                    c.GetProperty("remedy").GetString()!
                )
            );
    }

    private static string Reading(TraceSummary summary, string fact) => Assert.Single(summary.Header.Host, f => f.Name == fact).Value;

    private static string BackendOf(string host) => host.Split('-')[0];
}

/// <summary>What doctor says of one thing.</summary>
internal sealed record HostCheckResult(string State, string Found, string Remedy);
