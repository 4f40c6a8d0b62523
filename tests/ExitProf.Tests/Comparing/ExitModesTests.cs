using ExitProf.Analysis;
using ExitProf.Tests.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Comparing;

/// <summary>Exits that gather in several places, and what is said of why.</summary>
public sealed class ExitModesTests
{
    private const int Exits = 4_000;

    /// <param name="origin">Of exit i: its port, its vCPU, and ticks that it takes longer.</param>
    private static Finding[] Findings(Func<int, (ulong Port, int Vcpu, int Ticks)> origin)
    {
        using var folder = new TemporaryFolder();
        var groups = EventGroups.Kvm | EventGroups.Rcu | EventGroups.RawSyscalls;
        using (FileStream stream = File.Create(folder["a.nettrace"]))
        using (var writer = new TraceWriter(stream))
        {
            writer.Header(
                new TraceHeader(
                    "pio-out",
                    TraceSource.Vmm,
                    Backend.Pvm,
                    "long64-cpl3",
                    true,
                    "full",
                    groups,
                    new TraceClock(2_600_000_000, SyntheticTrace.Grain),
                    480,
                    1,
                    new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
                    [new Configuration(Configuration.Default, [])],
                    []
                )
            );
            ExitClass[] classes =
            [
                .. new ulong[] { 0x510, 0x514 }.Select(
                    (port, i) =>
                        new ExitClass(i, ExitKind.PioOut, Destination.Userspace, "", "KVM_EXIT_IO", port, SyntheticTrace.Full, true)
                ),
            ];
            foreach (ExitClass c in classes)
                writer.Class(c);
            var encoder = new ExitEncoder(writer, SyntheticTrace.Grain);
            var random = new Random(3);
            ulong now = 1_000_000;
            writer.Block(new Block(0, 0, groups, 0, false, now, now, Exits, 0, double.NaN, 0, 0, 0, 0, 0, 0));
            for (int i = 0; i < Exits; i++)
            {
                (ulong port, int vcpu, int ticks) = origin(i);
                encoder.Begin(0, vcpu);
                var stamps = new ulong[SyntheticTrace.Full.Length];
                stamps[0] = now += 2_600;
                for (int s = 1; s < stamps.Length; s++)
                    stamps[s] = now +=
                        (ulong)(SyntheticTrace.FullTicks[s - 1] + random.Next(6) + (s == 3 ? ticks : 0)) * SyntheticTrace.Grain;
                encoder.Add(classes.Single(c => c.Subkey == port), stamps);
            }
            encoder.Flush();
            writer.End(writer.Totals(interrupted: false));
        }
        return [.. ExitModes.Findings([TraceFiles.Summarise(folder["a.nettrace"])])];
    }

    [Fact]
    public void Two_ports_that_take_differently_long_are_named()
    {
        Finding finding = Assert.Single(Findings(i => i % 3 == 0 ? (0x514u, 0, 600) : (0x510u, 0, 0)));
        Assert.Equal("modes-explained", finding.Id);
        Assert.Contains("2 modes, at ", finding.Text);
        Assert.EndsWith(": port 0x510 and port 0x514.", finding.Text);
    }

    [Fact]
    public void Two_vcpus_that_take_differently_long_are_named() =>
        Assert.EndsWith(
            ": vCPU 1 and vCPU 0.",
            Assert.Single(Findings(i => (i % 2 == 0 ? 0x510u : 0x514u, i / 2 % 2, i / 2 % 2 == 0 ? 600 : 0))).Text
        );

    [Fact]
    public void Modes_that_nothing_explains_are_a_finding_without_a_name() =>
        Assert.Equal("modes", Assert.Single(Findings(i => (i % 2 == 0 ? 0x510u : 0x514u, 0, i / 2 % 2 == 0 ? 600 : 0))).Id);

    [Fact]
    public void Two_ports_that_take_equally_long_are_one_mode() => Assert.Empty(Findings(i => (i % 2 == 0 ? 0x510u : 0x514u, 0, 0)));
}
