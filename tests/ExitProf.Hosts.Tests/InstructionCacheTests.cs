using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// The VMM's instruction cache off and on, to the instruction: what it changes is in the steps of the VMM that it stands for, and in no
/// other step and no other stage.
/// </summary>
public sealed class InstructionCacheTests
{
    /// <summary>A hit takes the place of the fetch, of decoding, and of the way from what was decoded to its operands.</summary>
    private static readonly Stamp[] StandsFor = [Stamp.VmmLookup, Stamp.VmmFetch, Stamp.VmmDecode];

    [Theory]
    [InlineData("icache-hot", -1)]
    [InlineData("icache-cold", 1)]
    public void What_the_cache_changes_is_in_its_own_steps(string scenario, int sign)
    {
        if (scenario == "icache-cold") VerifiedRecording.TakeTurns(3);
        (ConfigurationSummary off, ConfigurationSummary on) = Sides(VerifiedHosts.RecordOnce("svm", Command(scenario)));
        double difference = Count(on) - Count(off);
        Assert.Equal(sign, Math.Sign(difference));
        Assert.True(Math.Abs(difference) > 100, $"{scenario} moved by {difference}");
        // Stamps cost the same on both sides, so the traced exits differ by what the untraced ones do.
        StepSummary[] before = [.. Row(off, Stage.Userspace).Steps], after = [.. Row(on, Stage.Userspace).Steps];
        Assert.Equal(before.Select(s => s.Name), after.Select(s => s.Name));
        // To the instruction: where exits take two paths, the medians of steps need not add up to the median of their sum.
        double steps = before.Zip(after, (b, a) => Math.Round(a.P50) - Math.Round(b.P50)).Sum();
        Assert.InRange(steps - difference, -1, 1);
        Assert.All(before.Zip(after).Where(s => !StandsFor.Contains(s.First.From)),
            s => Assert.Equal(Math.Round(s.First.P50), Math.Round(s.Second.P50)));
        OtherStagesAreEqual(off, on);
    }

    [Theory]
    [InlineData("icache-hot", 1)]
    [InlineData("icache-cold", 3)]
    public void A_recording_is_the_same_in_each_run(string scenario, int seed)
    {
        VerifiedRecording.TakeTurns(seed);
        Repeated.Twice(VerifiedHosts.RecordOnce("svm", Command(scenario)), () => VerifiedHosts.Record("svm", Command(scenario)));
    }

    [Fact]
    public void Many_places_are_between_one_place_and_places_that_never_come_again()
    {
        VerifiedRecording.TakeTurns(1);
        (ConfigurationSummary off, ConfigurationSummary on) = Sides(VerifiedHosts.RecordOnce("svm", Command("icache-many")));
        (ConfigurationSummary one, ConfigurationSummary hit) = Sides(VerifiedHosts.RecordOnce("svm", Command("icache-hot")));
        // Without the cache it does not matter where the instruction is.
        Assert.Equal(Count(one), Count(off));
        Assert.InRange(Count(on), Count(hit), Count(off) - 1);
        OtherStagesAreEqual(off, on);
    }

    private static string[] Command(string scenario) =>
        ["record", scenario, "--set", "cache=off,on", "--exits", "100", "--seed", "1"];

    private static (ConfigurationSummary Off, ConfigurationSummary On) Sides(byte[] trace)
    {
        TraceSummary summary = VerifiedHosts.Summarise(trace);
        return (Of("cache=off"), Of("cache=on"));

        ConfigurationSummary Of(string setting) => summary.Configurations.Single(
            c => c.Configuration.Settings.Any(s => $"{s.Name}={s.Value}" == setting));
    }

    private static void OtherStagesAreEqual(ConfigurationSummary off, ConfigurationSummary on)
    {
        foreach (StageSummary stage in off.Stages.Where(s => !s.Stages.Contains(Stage.Userspace) && s.State != StageState.Absent))
        {
            double other = on.Stages.Single(s => s.Name == stage.Name).Cycles.P50;
            Assert.Equal((stage.Name, Math.Round(stage.Cycles.P50)), (stage.Name, Math.Round(other)));
        }
    }

    /// <summary>Instructions of an untraced exit. A median of grouped counts has a fraction where a few exits took another path.</summary>
    private static double Count(ConfigurationSummary configuration) => Math.Round(configuration.Untraced!.Total.P50);

    private static StageSummary Row(ConfigurationSummary configuration, Stage stage) =>
        Assert.Single(configuration.Stages, s => s.Stages.Contains(stage));
}
