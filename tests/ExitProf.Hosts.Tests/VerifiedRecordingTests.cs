using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// Recordings of every scenario on stock kernels with kvm-amd, in the product's emulated host: a slice of them by default, all of them by
/// <c>tests/hosts.sh</c>.
/// </summary>
public sealed class VerifiedRecordingTests
{
    private const double CompleteShare = 0.97;
    private const string Kernel61 = "svm";
    private const string Kernel612 = "svm-6.12";

    /// <summary>
    /// Beside what is always recorded on 6.1. Booting a second kernel takes as long as ten recordings, so the seed draws the kernel too: an
    /// even one records on both.
    /// </summary>
    private const int Drawn = 2;

    private static bool Has612 => VerifiedRecording.AllAsked || VerifiedRecording.Seed % 2 == 0;

    public static TheoryData<string, string> Recordings
    {
        get
        {
            var data = new TheoryData<string, string>();
            int on61 = Has612 ? Drawn / 2 : Drawn;
            foreach (string recorded in VerifiedRecording.Slice(2, on61)) data.Add(Kernel61, recorded);
            if (!Has612) return data;
            foreach (string recorded in VerifiedRecording.Slice(1, Drawn / 2)) data.Add(Kernel612, recorded);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void A_recording_is_complete_and_adds_up_and_has_the_borders_that_this_host_gave_before(string host, string recorded)
    {
        VerifiedRecording recording = VerifiedRecording.Of(recorded);
        byte[] bytes = VerifiedHosts.RecordOnce(host, recording.Command());
        RecordingChecks.All("svm", recording, bytes, CompleteShare);
        Golden.HoldsBlocks(Path.Combine(VerifiedRecording.Folder, "expected", host + ".txt"),
            VerifiedStages.Text(recorded, VerifiedHosts.Summarise(bytes)));
    }

    [Theory]
    [InlineData(Kernel61, true)]
    [InlineData(Kernel612, false)]
    public void Only_svm_of_6_1_writes_kvm_exit_with_interrupts_on_and_the_trace_says_so(string host, bool late)
    {
        Assert.SkipUnless(host == Kernel61 || Has612,
            $"seed {VerifiedRecording.Seed} draws no recordings on Linux 6.12: an even EXITPROF_HOSTS_SEED does, and tests/hosts.sh");
        TraceSummary summary = VerifiedHosts.Summarise(VerifiedHosts.RecordOnce(host, VerifiedRecording.Of("pio-out").Command()));
        Assert.Equal(late, summary.Findings.Any(f => f.Is(FindingKind.LateKvmExit) && f.Count >= summary.Traced.Exits));
        Assert.Equal(host == Kernel61 ? "svm, Linux 6.1" : "svm, Linux 6.12", VerifiedStages.Host(summary.Header));
    }

    [Fact]
    public void All_recordings_are_made_on_both_kernels()
    {
        Assert.SkipUnless(VerifiedRecording.AllAsked, $"{Recordings.Count} of {2 * VerifiedRecording.Count} recordings are in the slice of "
            + $"EXITPROF_HOSTS_SEED={VerifiedRecording.Seed}: tests/hosts.sh makes all of them");
        Assert.Equal(2 * VerifiedRecording.Count, Recordings.Count);
    }
}
