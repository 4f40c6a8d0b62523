using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Tests.Nettrace;

/// <summary>What a trace is made of, so that a test can write it and compare what comes back.</summary>
public sealed record SampleTrace(
    TraceHeader Header, IReadOnlyList<ExitClass> Classes, IReadOnlyList<Block> Blocks, IReadOnlyList<RecordedExit> Exits,
        IReadOnlyList<Finding> Findings)
{
    /// <summary>
    /// Everything drawn from one seed: odd names, long signatures, gaps from nothing to a century, clocks that go backwards.
    /// </summary>
    public static SampleTrace Random(int seed)
    {
        var random = new Random(seed);
        int grain = random.Next(4) == 0 ? 1 : random.Next(1, 64);
        var configurations = Many(random, 1, 4, () =>
            new Configuration(Text(random), Many(random, 0, 4, () => new Fact(Text(random), Text(random)))));
        var header = new TraceHeader(Text(random), TraceSource.Import("import " + Text(random)), (Backend)random.Next(4), Text(random),
            random.Next(2) == 0, Text(random),
            (EventGroups)random.Next(32), new TraceClock(random.NextInt64(1, 10_000_000_000), grain, (ClockUnit)random.Next(4)),
                random.NextDouble() * 100, (ulong)random.NextInt64(long.MinValue, long.MaxValue),
            new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), DateTimeKind.Utc), configurations,
                Many(random, 0, 20, () => new Fact(Text(random), Text(random))))
        {
            Looks = random.Next(256),
        };
        var classes = Enumerable.Range(0, random.Next(1, 20))
            .Select(i => new ExitClass(i, (ExitKind)random.Next(11), (Destination)random.Next(2), Text(random),
            Text(random), (ulong)random.NextInt64(), Many(random, 1, random.Next(2) == 0 ? 17 : 256, () => (Stamp)random.Next(1, 34)),
                random.Next(2) == 0)).ToList();

        var blocks = new List<Block>();
        var exits = new List<RecordedExit>();
        ulong now = random.Next(10) == 0 ? ulong.MaxValue - 1000 : (ulong)random.NextInt64(1L << 50);
        for (int index = 0; index < random.Next(1, 12); index++)
        {
            int vcpu = random.Next(4);
            ulong start = now;
            int count = random.Next(10) == 0 ? random.Next(2000) : random.Next(100);
            for (int i = 0; i < count; i++)
            {
                ExitClass exitClass = classes[random.Next(classes.Count)];
                exits.Add(new RecordedExit(index, vcpu, exitClass.Index, Stamps(random, exitClass.Signature.Length, grain, ref now)));
            }
            int warmUp = random.Next(count + 1);
            blocks.Add(new Block(index, random.Next(configurations.Length), (EventGroups)random.Next(32), random.Next(),
                random.Next(2) == 0, start, now, count,
                warmUp, Number(random), random.Next(), random.Next(), random.Next(), random.Next(), random.Next(), random.NextInt64(),
                random.Next(-1, int.MaxValue),
                vcpu, random.Next(count - warmUp + 1)));
        }
        var findings = Many(random, 0, 3, () => new Finding(
            (Severity)random.Next(4), Text(random).Replace(' ', '-'), random.NextInt64(), Text(random))
        {
            Subject = Text(random),
        });
        return new SampleTrace(header, classes, blocks, exits, findings);
    }

    /// <summary>A small trace of the ordinary kind, for tests that damage it.</summary>
    public static SampleTrace Ordinary(int blockCount = 6, int exitsPerBlock = 40)
    {
        ImmutableArray<Stamp> signature =
        [
            Stamp.GuestBefore, Stamp.RcuStart, Stamp.RcuEnd, Stamp.KvmEmulateInsn, Stamp.KvmPio, Stamp.KvmFpuUnload, Stamp.KvmUserspaceExit,
                Stamp.RunReturned,
            Stamp.RunCalled, Stamp.KvmFpuLoad, Stamp.RcuStart, Stamp.RcuEnd, Stamp.GuestAfter,
        ];
        var header = new TraceHeader("pio-out", TraceSource.Vmm, Backend.Pvm, "long64-cpl3", true, "full",
            EventGroups.Kvm | EventGroups.Rcu, new TraceClock(2_600_000_000, 26), 91.5, 7,
            new DateTime(2026, 5, 4, 3, 2, 1, DateTimeKind.Utc), [new Configuration("default", [new Fact("port", "0x3f8")])],
                [new Fact("cpu", "Some CPU"), new Fact("kernel", "6.18")]);
        var classes = new[]
        {
            new ExitClass(0, ExitKind.PioOut, Destination.Userspace, "", "KVM_EXIT_IO", 0x3f8, signature, true),
            new ExitClass(1, ExitKind.PioOut, Destination.Userspace, "", "KVM_EXIT_IO", 0x3f8, [Stamp.GuestBefore, Stamp.GuestAfter], false),
        };
        var random = new Random(1);
        var blocks = new List<Block>();
        var exits = new List<RecordedExit>();
        ulong now = 26_000_000;
        for (int index = 0; index < blockCount; index++)
        {
            ulong start = now;
            for (int i = 0; i < exitsPerBlock; i++)
            {
                ExitClass exitClass = classes[random.Next(20) == 0 ? 1 : 0];
                var stamps = new ulong[exitClass.Signature.Length];
                for (int k = 0; k < stamps.Length; k++) stamps[k] = now += 26 * (ulong)random.Next(1, 600);
                exits.Add(new RecordedExit(index, 0, exitClass.Index, stamps));
            }
            blocks.Add(new Block(index, 0, EventGroups.Kvm | EventGroups.Rcu, index / 2, false, start, now, exitsPerBlock, 2, 64_000.5, 0,
                0, 0, 1, 0, 0));
        }
        return new SampleTrace(header, classes, blocks, exits, [new Finding(Severity.Info, "steal", 3, "The CPU was taken away 3 times.")]);
    }

    /// <summary>The trace as a file, with an end.</summary>
    public byte[] Bytes()
    {
        var stream = new MemoryStream();
        using (var writer = new TraceWriter(stream))
        {
            Write(writer);
            writer.End(writer.Totals(interrupted: false));
        }
        return stream.ToArray();
    }

    public void Write(ITraceSink sink)
    {
        sink.Header(Header);
        foreach (ExitClass exitClass in Classes) sink.Class(exitClass);
        var encoder = new ExitEncoder(sink, Header.Clock.Grain);
        int next = 0;
        foreach (Block block in Blocks)
        {
            sink.Block(block);
            for (; next < Exits.Count && Exits[next].Block == block.Index; next++)
            {
                if (next == 0 || Exits[next - 1].Block != block.Index) encoder.Begin(block.Index, Exits[next].Vcpu);
                encoder.Add(Classes[Exits[next].Class], Exits[next].Stamps);
            }
            encoder.Flush();
        }
        foreach (Finding finding in Findings) sink.Finding(finding);
    }

    public void AssertSame(RecordedTrace read)
    {
        Assert.Equal(Header, read.TraceHeader);
        Assert.Equal(Classes, read.Classes);
        Assert.Equal(Blocks, read.Blocks);
        Assert.Equal(Exits, read.Exits);
        Assert.Equal(Findings, read.Findings);
        Assert.Equal(Exits.Count, read.Totals!.Exits);
    }

    private static ulong[] Stamps(Random random, int count, int grain, ref ulong now)
    {
        var stamps = new ulong[count];
        int style = random.Next(8);
        for (int i = 0; i < count; i++)
        {
            ulong step = style switch
            {
                < 5 => (ulong)random.Next(random.Next(2) == 0 ? 300 : 70_000) * (ulong)grain, // narrow, or just past it
                5 => (ulong)random.Next(5_000_000), // remainders within a tick
                6 => (ulong)random.NextInt64(), // a century
                _ => unchecked((ulong)-random.NextInt64(1, 1 << 30)), // backwards
            };
            stamps[i] = now = unchecked(now + step);
        }
        return stamps;
    }

    private static double Number(Random random) =>
        random.Next(4) switch { 0 => 0, 1 => double.NaN, 2 => 1L << 60, _ => random.NextDouble() * 1e6 };

    private static string Text(Random random) => random.Next(6) switch
    {
        0 => "",
        1 => "\0\u0007 control characters",
        2 => "größer – 退出 – \U0001F680\n\"quoted\"",
        _ => new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(32, 127))]),
    };

    private static ImmutableArray<T> Many<T>(Random random, int from, int to, Func<T> make) =>
        [.. Enumerable.Range(0, random.Next(from, to)).Select(_ => make())];
}
