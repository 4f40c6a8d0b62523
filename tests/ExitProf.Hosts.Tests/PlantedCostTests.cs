using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// Costs that were planted are found where they are and nowhere else. The clock of an emulated host counts instructions, so a few of them
/// are seen exactly: by medians, which the timer's ticks do not move.
/// </summary>
public sealed class PlantedCostTests
{
    private const int Instructions = 500;

    [Fact]
    public void Instructions_in_the_device_are_found_in_userspace_and_nowhere_else()
    {
        (ConfigurationSummary without, ConfigurationSummary with) = Pair("pio-out --set device-loop=0,500");
        Assert.InRange(Median(with, Stage.Userspace) - Median(without, Stage.Userspace), 0.98 * Instructions, 1.02 * Instructions);
        foreach (Stage stage in StageNames.All.Where(s => s != Stage.Userspace)) Same(without, with, stage);
        Assert.InRange(with.Untraced!.Total.P50 - without.Untraced!.Total.P50, 0.98 * Instructions, 1.02 * Instructions);
    }

    [Fact]
    public void Devices_on_the_guests_port_are_found_in_the_search_and_nowhere_else()
    {
        VerifiedRecording.TakeTurns(1);
        (ConfigurationSummary without, ConfigurationSummary with) = Pair("pio-search --set devices=0,500 --events deep");
        StageSummary search = Row(with, Stage.PioSearch);
        Assert.Equal((StageState.Present, Bound.Exact), (search.State, search.Bound));
        // A device is asked by a call and a few comparisons: more than five instructions, fewer than a hundred.
        Assert.InRange(Median(with, Stage.PioSearch) - Median(without, Stage.PioSearch), 500 * 5, 500 * 100);
        foreach (Stage stage in StageNames.All.Where(s => s != Stage.PioSearch)) Same(without, with, stage);
        // Within the stage it is the step between the two probes.
        StepSummary[] before = [.. Row(without, Stage.PioSearch).Steps], after = [.. search.Steps];
        Assert.Equal(before.Select(s => s.Name), after.Select(s => s.Name));
        int moved = Array.FindIndex(after, s => s.From == Stamp.BusWriteBegin);
        Assert.Equal(Stamp.BusWriteEnd, after[moved].To);
        for (int i = 0; i < after.Length; i++)
        {
            if (i != moved) Assert.InRange(after[i].P50 - before[i].P50, -Tolerance(before[i].P50), Tolerance(before[i].P50));
        }
    }

    private static (ConfigurationSummary Without, ConfigurationSummary With) Pair(string recorded)
    {
        TraceSummary summary = VerifiedHosts.Summarise(VerifiedHosts.RecordOnce("svm", VerifiedRecording.Of(recorded).Command()));
        Assert.Equal(2, summary.Configurations.Length);
        return (summary.Configurations[0], summary.Configurations[1]);
    }

    private static void Same(ConfigurationSummary without, ConfigurationSummary with, Stage stage)
    {
        double before = Median(without, stage), difference = Median(with, stage) - before;
        Assert.True(Math.Abs(difference) <= Tolerance(before), $"{stage.Name()} moved by {difference:F1} from {before:F1}");
    }

    // Caches are not emulated, but branches are counted as they are taken.
    private static double Tolerance(double cycles) => Math.Max(4, 0.01 * cycles);

    private static StageSummary Row(ConfigurationSummary configuration, Stage stage) =>
        Assert.Single(configuration.Stages, s => s.Stages.Contains(stage));

    private static double Median(ConfigurationSummary configuration, Stage stage) => Row(configuration, stage).Cycles.P50;
}
