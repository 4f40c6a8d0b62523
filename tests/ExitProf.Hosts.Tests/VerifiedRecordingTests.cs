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
    private const int SliceOf61 = 10;
    private const int SliceOf612 = 3;

    public static TheoryData<string, string> Recordings
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string recorded in VerifiedRecording.Slice(SliceOf61)) data.Add("svm", recorded);
            foreach (string recorded in VerifiedRecording.Slice(SliceOf612)) data.Add("svm-6.12", recorded);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void A_recording_is_complete_and_adds_up_and_has_the_borders_that_this_host_gave_before(string host, string recorded)
    {
        VerifiedRecording recording = VerifiedRecording.Of(recorded);
        byte[] bytes = VerifiedHosts.Record(host, recording.Command());
        RecordingChecks.All("svm", recording, bytes, CompleteShare);
        Golden.HoldsBlocks(Path.Combine(VerifiedRecording.Folder, "expected", host + ".txt"),
            VerifiedStages.Text(recorded, VerifiedHosts.Summarise(bytes)));
    }

    [Theory]
    [InlineData("svm", true)]
    [InlineData("svm-6.12", false)]
    public void Only_svm_of_6_1_writes_kvm_exit_with_interrupts_on_and_the_trace_says_so(string host, bool late)
    {
        TraceSummary summary = VerifiedHosts.Summarise(VerifiedHosts.Record(host, VerifiedRecording.Of("pio-out").Command()));
        Assert.Equal(late, summary.Findings.Any(f => f.Is(FindingKind.LateKvmExit) && f.Count >= summary.Traced.Exits));
        Assert.Equal(host == "svm" ? "svm, Linux 6.1" : "svm, Linux 6.12", VerifiedStages.Host(summary.Header));
    }
}
