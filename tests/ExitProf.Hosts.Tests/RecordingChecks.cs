using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Hosts.Tests;

/// <summary>What holds for each recording on a stock kernel, whatever it is of.</summary>
internal static class RecordingChecks
{
    /// <param name="completeShare">At least so many of the traced exits are complete.</param>
    public static void All(string backend, VerifiedRecording recording, byte[] bytes, double completeShare)
    {
        TraceSummary summary = VerifiedHosts.Summarise(bytes);
        var trace = new RecordedTrace();
        Assert.Empty(TraceReader.Read(new MemoryStream(bytes), "recording", trace).Findings);
        Assert.Equal(backend, summary.Header.Backend.Name());
        Assert.All(summary.Configurations.Select(c => c.Native), Assert.True);
        Assert.Equal(0, summary.LostEvents);
        EnoughExits(recording, summary, trace, completeShare);
        string errors = string.Join("; ", summary.Findings
            .Where(f => f.Severity == Severity.Error && f.Id is not ("unattributed" or "preempted-blocks-used"))
            .Select(f => $"{f.Id}: {f.Text}"));
        Assert.True(errors.Length == 0, errors);
        // Each exit is in the trace once, and all of them are of the scenario's kind.
        Assert.Equal(trace.Blocks.Sum(b => b.Exits), trace.Exits.Count);
        Assert.Single(trace.Classes.Select(c => c.Kind).Distinct());
        Assert.DoesNotContain(summary.Findings, f => f.Id is "tsc-offset" or "tsc-mismatch" or "out-of-order" or "other-kinds");
        Assert.Equal("0", Assert.Single(summary.Header.Host, f => f.Name == "guest tsc offset").Value);
        AddsUp(recording, summary);
    }

    private static void EnoughExits(VerifiedRecording recording, TraceSummary summary, RecordedTrace trace, double completeShare)
    {
        // Units of work and calls of the VMM have no stages, and are not traced.
        bool traced = summary.Header.Groups != EventGroups.None;
        for (int c = 0; c < summary.Configurations.Length; c++)
        {
            // A host with one CPU takes the vCPU thread off it now and then; such blocks are in the trace and in no figure.
            int exits = trace.Blocks.Where(b => !b.Calibration && b.Configuration == c && b.Events == summary.Header.Groups)
                .Sum(b => b.Used);
            Assert.True(exits >= recording.Exits, $"only {exits} exits of {summary.Configurations[c].Configuration.Name}");
        }
        long inFigures = traced ? summary.Traced.Exits : summary.UntracedExits;
        Assert.True(inFigures >= recording.Exits / 2, $"{inFigures} exits are in figures, less than half");
        if (!traced) return;
        // One REP instruction is sixteen round trips: into one of twenty falls the host's own tick. The waker shares the only CPU.
        double share = recording.Recorded.Contains("rep-string", StringComparison.Ordinal) || recording.Recorded == "hlt-wake"
            ? 0.9 : completeShare;
        Assert.True(summary.Traced.Complete >= share * summary.Traced.Exits,
            $"{summary.Traced.Complete} of {summary.Traced.Exits} exits are complete");
    }

    /// <summary>Stages and residuals add up to the untraced mean.</summary>
    private static void AddsUp(VerifiedRecording recording, TraceSummary summary)
    {
        // A switch of threads runs the instance's filter by thread, which is there while events are on and belongs to no group of them:
        // exits with switches are longer then.
        if (recording.Recorded == "intervening-thread --set thread=on") return;
        foreach (ConfigurationSummary configuration in summary.Configurations)
        {
            if (configuration.Unattributed is not { } left || !double.IsFinite(left.Low)) continue;
            double limit = 0.03 * configuration.Untraced!.Mean.Mean;
            // A tick of the host's timer in one of a hundred exits moves a mean by more than that, and the interval says so.
            Assert.True(left.Low <= limit && left.High >= -limit,
                $"{configuration.Configuration.Name}: {left} of {configuration.Untraced.Mean}");
        }
    }
}
