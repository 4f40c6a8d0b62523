using System.Buffers.Binary;
using System.Collections.Immutable;
using ExitProf.Tests.Nettrace;
using ExitProf.Traces;
using Microsoft.Diagnostics.Tracing;

namespace ExitProf.Tests.Hostile;

/// <summary>Small traces of every sort, and what a seed makes of them: fields with values that cannot be, under right checksums.</summary>
internal static class MutatedTrace
{
    private static readonly ImmutableArray<Stamp> Whole = [Stamp.GuestBefore, Stamp.GuestAfter];

    private static readonly ImmutableArray<Stamp> Walked =
    [
        Stamp.GuestBefore, Stamp.RcuStart, Stamp.RcuEnd, Stamp.KvmEmulateInsn, Stamp.KvmPio, Stamp.KvmFpuUnload, Stamp.KvmUserspaceExit,
        Stamp.SysExit, Stamp.RunReturned,
        Stamp.VmmLookup, Stamp.VmmDevice, Stamp.RunCalled, Stamp.SysEnter, Stamp.KvmFpuLoad, Stamp.RcuStart, Stamp.RcuEnd, Stamp.GuestAfter,
    ];

    private static readonly string[] Texts =
    [
        "::error::x", "##vso[x]", "\ud800", "\e[2J", "\u202e", "周期", "a b", "=1,b=2", "", "empty-loop of ", "default", "|", "<b>",
        "e\u0301",
    ];

    private static readonly byte[][] Bases =
    [
        Trace(), Trace(looks: 2), Trace(looks: 1, native: false), Trace(native: false), Trace(vcpus: 3), Trace(configurations: 6),
        Trace(kind: ExitKind.GuestWork),
        Trace(groups: EventGroups.None), Trace(source: "perf-script"), Trace(backend: Backend.Vmx), Trace(configurations: 0),
        Trace(kind: ExitKind.Msr, subkeys: true),
    ];

    public static byte[] Of(int seed)
    {
        var random = new Random(seed);
        byte[] file = Bases[random.Next(Bases.Length)];
        // Sparse damage leaves the rest of the file whole, so that it comes far.
        int oneIn = random.Next(2, 30);
        file = Rewrite(file, (id, data) =>
            random.Next(id is EventId.Scenario or EventId.Configuration or EventId.Class ? Math.Min(3, oneIn) : oneIn) == 0
                ? Changed(random, data) : data);
        if (random.Next(4) == 0) file[random.Next(20, file.Length)] ^= (byte)random.Next(1, 256);
        return file;
    }

    private static byte[] Changed(Random random, byte[] data)
    {
        const int prefix = 8;
        for (int changes = random.Next(1, 4); changes > 0 && data.Length > prefix + 8; changes--)
        {
            int at = random.Next(prefix, data.Length - 8);
            Span<byte> there = data.AsSpan(at);
            switch (random.Next(8))
            {
                case 0:
                    there[0] = (byte)random.Next(256);
                    break;
                case 1:
                    BinaryPrimitives.WriteUInt16LittleEndian(there, (ushort)random.Next(65536));
                    break;
                case 2:
                    BinaryPrimitives.WriteInt32LittleEndian(there,
                        random.Next(4) switch { 0 => int.MaxValue, 1 => int.MinValue, 2 => -1, _ => random.Next(2000) });
                    break;
                case 3:
                    BinaryPrimitives.WriteInt64LittleEndian(there,
                        random.Next(4) switch { 0 => long.MaxValue, 1 => long.MinValue, 2 => -1, _ => 1L << random.Next(63) });
                    break;
                case 4 or 5:
                    double[] odd = [double.NaN, double.PositiveInfinity, -1e308, 1e308, double.Epsilon, -5000];
                    int which = random.Next(7);
                    BinaryPrimitives.WriteDoubleLittleEndian(there, which < odd.Length ? odd[which] : Math.Pow(10, random.Next(18)));
                    break;
                default:
                    foreach ((int i, char c) in Texts[random.Next(Texts.Length)].Index())
                    {
                        if (2 * i + 2 <= there.Length) BinaryPrimitives.WriteUInt16LittleEndian(there[(2 * i)..], c);
                    }
                    break;
            }
        }
        return data;
    }

    private static byte[] Rewrite(byte[] file, Func<EventId, byte[], byte[]> change)
    {
        var stream = new MemoryStream();
        var blocks = new NettraceWriter(stream);
        blocks.Preamble(DateTime.UnixEpoch, 2_600_000_000);
        using var source = new EventPipeEventSource(new MemoryStream(file));
        source.AllEvents += e =>
        {
            var id = (EventId)e.ID;
            byte[] data = change(id, e.EventData());
            BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4),
                TraceEvents.Crc(id, BinaryPrimitives.ReadUInt32LittleEndian(data), data.AsSpan(8)));
            blocks.Event(id, 0, data);
        };
        source.Process();
        blocks.End();
        return stream.ToArray();
    }

    private static byte[] Trace(
        int looks = 0, bool native = true, int vcpus = 1, int configurations = 1, ExitKind kind = ExitKind.PioOut,
            EventGroups groups = EventGroups.Kvm | EventGroups.Rcu,
        string source = "vmm", Backend backend = Backend.Pvm, bool subkeys = false)
    {
        if (looks > 0) configurations = 2;
        var names = Enumerable.Range(0, configurations)
            .Select(i => new Configuration(configurations == 1 ? "default" : $"size={i}",
                [new Fact("size", $"{i}"), new Fact("port", "0x3f8")])).ToList();
        if (!native) names.AddRange([.. names.Select(n => n.EmptyLoop)]);
        var header = new TraceHeader("pio-out", TraceSource.Named(source), backend, "long64-cpl3", native, "full", groups,
            new TraceClock(2_600_000_000, 26), 91.5, 7,
            new DateTime(2026, 5, 4, 3, 2, 1, DateTimeKind.Utc), [.. names],
                [new Fact("cpu", "Some CPU"), new Fact("kernel", "6.18"), new Fact("tsc", "26")])
        {
            Looks = looks,
            StepFloor = 26,
        };
        ulong unit = kind == ExitKind.GuestWork ? 1000UL << 32 | 1 : 0x3f8;
        ExitClass[] classes =
        [
            new ExitClass(0, kind, Destination.Userspace, "", "KVM_EXIT_IO", unit, Walked, true),
                new ExitClass(1, kind, Destination.Userspace, "", "KVM_EXIT_IO", unit, Whole, true),
            new ExitClass(2, kind, Destination.Userspace, "", "KVM_EXIT_IO", subkeys ? 0x10UL : unit, Whole, false),
        ];
        var random = new Random(looks + 10 * vcpus + 100 * configurations);
        var blocks = new List<Block>();
        var exits = new List<RecordedExit>();
        ulong now = 26_000_000;
        for (int round = 0; round < 3 * Math.Max(1, looks * 8); round++)
        {
            for (int place = 0; place < Math.Max(4, names.Count * 2); place++)
            {
                bool traced = groups != EventGroups.None && (looks > 0 ? round % 2 == 0 : place % 2 == 0);
                int configuration = names.Count == 0 ? 0 : looks > 0 ? place is 0 or 3 ? 0 : 1 : place / 2 % names.Count;
                if (configuration >= names.Count) continue;
                for (int vcpu = 0; vcpu < vcpus; vcpu++)
                {
                    ulong start = now;
                    int index = blocks.Count;
                    for (int i = 0; i < 3; i++)
                    {
                        ExitClass exitClass = classes[random.Next(12) == 0 ? 2 : traced ? 0 : 1];
                        var stamps = new ulong[exitClass.Signature.Length];
                        for (int k = 0; k < stamps.Length; k++) stamps[k] = now += 26 * (ulong)random.Next(4,
                            random.Next(40) == 0 ? 60_000 : 600);
                        exits.Add(new RecordedExit(index, vcpu, exitClass.Index, stamps));
                    }
                    blocks.Add(new Block(index, configuration, traced ? groups : EventGroups.None, round, false, start, now, 3, 0,
                        30_000 + 26 * random.Next(50), 0, 0, 0, 0, 0, 0, looks > 0 ? round : Block.NoQuad, vcpu));
                }
            }
        }
        return new SampleTrace(header, classes, blocks, exits, [new Finding(Severity.Info, "steal", 3, "The CPU was taken away 3 times.")]).Bytes();
    }
}
