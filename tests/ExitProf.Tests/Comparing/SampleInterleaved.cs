using System.Collections.Immutable;
using ExitProf.Tests.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Comparing;

/// <summary>
/// A trace as exitprof ab records one, of exits whose lengths are known: scatter by a seed, a shift of the new side's handler.
/// </summary>
/// <param name="Shift">Ticks that the new side's <c>handler</c> takes longer.</param>
internal sealed record SampleInterleaved(int Quads, int Shift)
{
    private const int ExitsPerBlock = 20;
    private const EventGroups All = EventGroups.Kvm | EventGroups.Rcu | EventGroups.RawSyscalls;

    /// <summary>Events that each traced block lost.</summary>
    public long Lost { get; init; }

    /// <summary>False if the new side's traced exits have other stamps than calibration confirmed: they have no stages.</summary>
    public bool NewSideIsComplete { get; init; } = true;

    public byte[] Bytes()
    {
        using var stream = new MemoryStream();
        using (var writer = new TraceWriter(stream))
        {
            var header = new TraceHeader(
                "pio-out", TraceSource.Vmm, Backend.Pvm, "long64-cpl3", true, "full", All,
                    new TraceClock(2_600_000_000, SyntheticTrace.Grain), 480, 1, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
                [new Configuration("devices=0", [new Fact("devices", "0")]),
                    new Configuration("devices=100", [new Fact("devices", "100")])], [new Fact("cpu", "a CPU"), new Fact("kernel", "6.18")])
            {
                Looks = 1,
            };
            writer.Header(header);
            ExitClass full = Class(0, SyntheticTrace.Full, true), bare = Class(1, SyntheticTrace.Bare, false),
                broken = Class(2, SyntheticTrace.Full.RemoveAt(4), false);
            foreach (ExitClass c in (ExitClass[])[full, bare, broken]) writer.Class(c);
            var encoder = new ExitEncoder(writer, SyntheticTrace.Grain);
            var random = new Random(5);
            ulong now = 1_000_000;
            for (int quad = 0, block = 0; quad < Quads; quad++)
            {
                // One quad of five has events, as in a recording.
                bool traced = quad % 5 == 4;
                for (int place = 0; place < 4; place++, block++)
                {
                    bool changed = (place is 1 or 2) == (quad % 2 == 0);
                    ExitClass exitClass = !traced ? bare : changed && !NewSideIsComplete ? broken : full;
                    ulong[][] exits = [.. Enumerable.Range(0, ExitsPerBlock).Select(_ => Stamps(ref now, exitClass, changed, random))];
                    ulong[] totals = [.. exits.Select(e => e[^1] - e[0])];
                    encoder.Flush();
                    writer.Block(new Block(
                        block, changed ? 1 : 0, traced ? All : EventGroups.None, quad / 10, false, exits[0][0], exits[^1][^1],
                            ExitsPerBlock, 0, GroupedMedian.Of(totals, SyntheticTrace.Grain), 0, 0, 0, 0, 0,
                        traced ? Lost : 0, quad));
                    encoder.Begin(block, 0);
                    foreach (ulong[] exit in exits) encoder.Add(exitClass, exit);
                }
            }
            encoder.Flush();
            writer.End(writer.Totals(interrupted: false));
        }
        return stream.ToArray();

        static ExitClass Class(int index, ImmutableArray<Stamp> signature, bool calibrated) =>
            new(index, ExitKind.PioOut, Destination.Userspace, "", "KVM_EXIT_IO", 0x3f8, signature, calibrated);
    }

    private ulong[] Stamps(ref ulong now, ExitClass exitClass, bool changed, Random random)
    {
        var stamps = new ulong[exitClass.Signature.Length];
        now += 100 * SyntheticTrace.Grain;
        stamps[0] = now;
        for (int i = 1; i < stamps.Length; i++)
        {
            int ticks = exitClass.Signature.Length == SyntheticTrace.Bare.Length ? 900 : SyntheticTrace.FullTicks[i - 1];
            // The step from the handler's beginning to the decoded instruction.
            bool inHandler = i == (exitClass.Signature.Length == SyntheticTrace.Bare.Length ? 1 : 3);
            stamps[i] = now += (ulong)(ticks + random.Next(0, 8) + (changed && inHandler ? Shift : 0)) * SyntheticTrace.Grain;
        }
        return stamps;
    }
}
