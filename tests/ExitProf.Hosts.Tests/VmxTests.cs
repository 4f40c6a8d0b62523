using System.Globalization;

namespace ExitProf.Hosts.Tests;

/// <summary>What <c>tests/vmx.sh</c> brought back from KVM on VMX: a whole boot under Bochs, which takes minutes.</summary>
public sealed class VmxTests
{
    private const double CompleteShare = 0.97;

    private static string? Results => Environment.GetEnvironmentVariable("EXITPROF_VMX_RESULTS") is { Length: > 0 } folder ? folder : null;

    public static TheoryData<int> Lines => Results is null
        ? [0]
        : [.. Directory.GetDirectories(Results).Select(d => int.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture)).Order()];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_recording_on_VMX_is_complete_and_adds_up_and_has_the_borders_that_it_had_before(int line)
    {
        Assert.SkipWhen(line == 0, "Bochs boots for minutes and cannot keep a machine: tests/vmx.sh runs it");
        string folder = Path.Combine(Results!, line.ToString(CultureInfo.InvariantCulture));
        string[] words = File.ReadAllText(Path.Combine(folder, "arguments")).Trim().Split(' ');
        string recorded = string.Join(' ', words[1..Array.IndexOf(words, "--exits")]);
        Assert.True(File.ReadAllText(Path.Combine(folder, "exit-code")) == "0\n", File.ReadAllText(Path.Combine(folder, "stderr.txt")));
        Assert.Equal("", File.ReadAllText(Path.Combine(folder, "left-behind.txt")));
        byte[] trace = File.ReadAllBytes(Path.Combine(folder, "t.nettrace"));
        RecordingChecks.All("vmx", VerifiedRecording.Of(recorded), trace, CompleteShare);
        Golden.HoldsBlocks(Path.Combine(VerifiedRecording.Folder, "expected", "vmx.txt"),
            VerifiedStages.Text(recorded, VerifiedHosts.Summarise(trace)));
    }

    [Fact]
    public void The_kernel_has_nothing_to_complain_about()
    {
        Assert.SkipWhen(Results is null, "Bochs boots for minutes and cannot keep a machine: tests/vmx.sh runs it");
        string log = File.ReadAllText(Path.Combine(Results!, "kernel-log"));
        int begin = log.IndexOf("HOST: list begins", StringComparison.Ordinal);
        Assert.True(begin >= 0, "the log does not say where the list begins");
        Assert.DoesNotMatch("BUG:|WARNING:|Oops|Call Trace", log[begin..]);
    }
}
