using System.Globalization;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// Recordings on a stock kernel with kvm-intel, in the product's <c>--host vmx</c>: the first lines of <c>tests/hosts/recordings</c>, all
/// in one boot, which takes minutes.
/// </summary>
public sealed class VmxTests
{
    private const double CompleteShare = 0.97;

    private static readonly Lazy<IReadOnlyDictionary<string, HostResult>> Recorded = new(Record);

    /// <summary>How many lines are asked for.</summary>
    private static int Asked => Environment.GetEnvironmentVariable("EXITPROF_VMX_LINES") is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture)
        : 0;

    public static TheoryData<string> Lines => Asked == 0 ? [""] : [.. VerifiedRecording.Beginning(Asked).Select(r => r.Recorded)];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_recording_on_VMX_is_complete_and_adds_up_and_has_the_borders_that_it_had_before(string recorded)
    {
        Assert.SkipWhen(recorded.Length == 0, "Bochs boots for minutes and cannot keep a machine: tests/vmx.sh runs it");
        HostResult result = Recorded.Value[recorded];
        Assert.True(result.ExitCode == 0, result.Error);
        byte[] trace = Assert.Single(result.Files).Value;
        RecordingChecks.All("vmx", VerifiedRecording.Of(recorded), trace, CompleteShare);
        Golden.HoldsBlocks(Path.Combine(VerifiedRecording.Folder, "expected", "vmx.txt"),
            VerifiedStages.Text(recorded, VerifiedHosts.Summarise(trace)));
    }

    private static IReadOnlyDictionary<string, HostResult> Record()
    {
        IReadOnlyList<VerifiedRecording> lines = VerifiedRecording.Beginning(Asked);
        HostLog log = Console.Error.WriteLine;
        try
        {
            var request = new HostRequest(KernelChoice.Parse("debian:6.1"), null, null, [], MayDownload: true)
            {
                Program = new GuestProgram(KeptMachine.Folder, KeptMachine.Assembly, [], []),
                Virtualization = Virtualization.Vmx,
            };
            EmulatedHost host = EmulatedHost.Create(new HostCache(HostCache.DefaultRoot(), log), request, log, CancellationToken.None);
            log($"recording {lines.Count} lines in one boot of {host.Emulator}");
            IReadOnlyList<HostResult> results = host.RunAll([.. lines.Select(l => l.Command())], _ => { });
            return lines.Zip(results).ToDictionary(r => r.First.Recorded, r => r.Second);
        }
        catch (HostException e) when (KeptMachine.CannotBeHad(e.Message))
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
}
