using ExitProf.Analysis;
using ExitProf.Linux;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Kvm.Tests.Recording;

/// <summary>A cost that was planted in one place is found there and nowhere else. These are counts of work done, not deadlines.</summary>
public sealed class PlantedCostTests
{
    // Another process may take the CPU or its caches away in the middle of a recording; a real fault fails every time.
    private const int Attempts = 3;

    [Fact]
    public void A_sweep_is_one_trace_with_a_configuration_per_value()
    {
        Recorded recorded = Recorded.Make("pio-out", EventSet.None, 64, "device-delay=0..400", "size=1,4");
        Assert.Equal(
            [
                .. from delay in (int[])[0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 400]
                from size in (int[])[1, 4]
                select $"device-delay={delay},size={size}",
            ],
            recorded.Summary.Configurations.Select(c => c.Configuration.Name)
        );
        Assert.All(Enumerable.Range(0, 22), c => Assert.True(recorded.Used(EventGroups.None, c) >= 64));
        Assert.All(
            recorded.Summary.Configurations.Select(c => string.Join(' ', c.Configuration.Settings.Select(s => s.Name))),
            settings => Assert.Equal("device-delay device-loop devices size", settings)
        );
        // Interleaved: no configuration is over before all have begun.
        int[] order = [.. recorded.Trace.Blocks.Where(b => !b.Calibration).Select(b => b.Configuration)];
        Assert.Equal(22, order.Take(22).Distinct().Count());
    }

    [Fact]
    public void A_delay_in_the_device_is_found_in_userspace()
    {
        HostNeeds.Tracefs();
        Try(() =>
        {
            // Both wait: a wait of no cycles reads the clock too, and what that takes would be missing from the difference.
            Recorded recorded = Recorded.Make("pio-out", EventSet.Full, 1000, "device-delay=1000,3000");
            ConfigurationSummary shorter = recorded.Configuration("device-delay=1000"),
                longer = recorded.Configuration("device-delay=3000");
            int grain = recorded.Trace.TraceHeader!.Clock.Grain;
            // Each wait ends with a reading of the clock, so it is up to one of them too long.
            double reading = Tsc.MeasureStampCycles();
            Assert.InRange(
                Recorded.Median(longer, Stage.Userspace) - Recorded.Median(shorter, Stage.Userspace),
                2000 - reading - 4 * grain,
                2000 + reading + 4 * grain
            );
        });
    }

    [Fact]
    public void Devices_on_the_same_port_are_found_in_the_search()
    {
        HostNeeds.Tracefs();
        Try(() =>
        {
            Recorded recorded = Recorded.Make("pio-out", EventSet.Full, 1000, "devices=0,200");
            ConfigurationSummary without = recorded.Configuration("devices=0"), with = recorded.Configuration("devices=200");
            int grain = recorded.Trace.TraceHeader!.Clock.Grain;
            // 56 cycles a device were measured on one CPU; another CPU takes another number, but not a few.
            Assert.InRange(Recorded.Median(with, Stage.PioSearch) - Recorded.Median(without, Stage.PioSearch), 2_000, 60_000);
            Assert.InRange(Recorded.Median(with, Stage.Userspace) - Recorded.Median(without, Stage.Userspace), -2 * grain, 2 * grain);
        });
    }

    private static void Try(Action test)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                test();
                return;
            }
            catch (Xunit.Sdk.InRangeException) when (attempt < Attempts)
            {
            }
        }
    }
}
