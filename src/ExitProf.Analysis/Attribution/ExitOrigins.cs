using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Adds up whole exits by what they are about and by the vCPU that made them. A second reading of a trace: only one whose exits have
/// several origins needs it, and the first one, through which every exit goes, stays as fast as it is.
/// </summary>
internal sealed class ExitOrigins : ITraceSink
{
    /// <summary>What has more of them than a reader can tell apart explains no mode.</summary>
    private const int Most = 64;

    private readonly Dictionary<int, Block> blocks = [];
    private readonly Dictionary<(int Configuration, string Sort, ulong Key), Histogram> totals = [];
    private readonly Dictionary<(int Configuration, string Sort), int> numbers = [];
    private readonly Histogram beyond = new();
    private readonly List<ExitClass> classes = [];
    private readonly ExitColumns columns = new();
    private readonly ColumnScratch scratch = new();
    private readonly Dictionary<int, long> seen = [];
    private TraceHeader? header;
    private byte[] lengths = [];

    public void Header(TraceHeader header) => this.header = header;

    public void Class(ExitClass exitClass)
    {
        // Damage may have taken the classes between.
        while (classes.Count < exitClass.Index) classes.Add(ExitClass.Lost);
        classes.Add(exitClass);
        if (classes.Count > lengths.Length) Array.Resize(ref lengths, Math.Max(16, classes.Count * 2));
        lengths[exitClass.Index] = checked((byte)exitClass.Signature.Length);
    }

    public void Block(Block block)
    {
        bool counts = header is { } known && !block.Calibration && block.Events == known.Groups
            && block.LeftOut == ExitProf.Traces.Block.AllOn && block.Exits > 0;
        if (counts) blocks.TryAdd(block.Index, block);
    }

    public void Exits(in ExitBatch batch)
    {
        if (header is null || !blocks.TryGetValue(batch.Block, out Block? block)) return;
        long before = seen.GetValueOrDefault(batch.Block), after = before + batch.Count;
        seen[batch.Block] = after;
        // A block whose exits have all come is forgotten: their number costs no memory.
        if (after >= block.Exits)
        {
            blocks.Remove(batch.Block);
            seen.Remove(batch.Block);
        }
        int grain = Math.Max(1, header.Clock.Grain);
        int skip = (int)Math.Clamp(block.WarmUp - before, 0, batch.Count);
        int leave = (int)Math.Clamp(Math.Min(after, block.Exits) - (block.Exits - block.CoolDown), 0, batch.Count - skip);
        columns.Decode(batch, grain, lengths.AsSpan(0, classes.Count), skip, leave);
        Histogram vcpu = Of(block.Configuration, "vCPU", (ulong)batch.Vcpu);
        foreach (ref readonly ExitGroup group in columns.Groups)
        {
            ExitClass exitClass = classes[group.Class];
            if (!IsWhole(exitClass)) continue;
            for (int i = 1; i < group.Length; i++) scratch.Most[i - 1] = ColumnSums.MostAndSum(columns.Padded(group, i)).Most;
            scratch.AddSums(columns, group, 0, group.Length - 1, vcpu);
            scratch.AddSums(columns, group, 0, group.Length - 1, Of(block.Configuration, SortOf(exitClass.Kind), exitClass.Subkey));
        }
        for (int i = 0; i < columns.WideExits; i++)
        {
            ExitClass exitClass = classes[columns.WideClass(i)];
            if (!IsWhole(exitClass)) continue;
            long cycles = 0;
            foreach (long delta in columns.Cycles(i)[1..]) cycles += delta;
            if (cycles < 0) continue;
            ulong ticks = (ulong)cycles / (ulong)grain;
            vcpu.Add(ticks);
            Of(block.Configuration, SortOf(exitClass.Kind), exitClass.Subkey).Add(ticks);
        }
    }

    private static bool IsWhole(ExitClass exitClass) =>
        exitClass.Kind != ExitKind.GuestWork && exitClass.Signature.AsSpan().HasBothEnds() && exitClass.Signature.Length > 1;

    public void Finding(Finding finding)
    {
    }

    public void End(TraceTotals totals)
    {
    }

    /// <summary>
    /// The origins of one configuration's exits, by sort; sorts with one origin say nothing and are left out, as are those with too many.
    /// </summary>
    public ImmutableArray<ExitOrigin> Of(int configuration) =>
        [
            .. totals
                .Where(t => t.Key.Configuration == configuration && t.Value.Count > 0)
                .GroupBy(t => t.Key.Sort)
                .Where(g => g.Count() is > 1 and <= Most)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .SelectMany(g =>
                    g.OrderBy(t => t.Key.Key)
                        .Select(t => new ExitOrigin(
                            g.Key,
                            g.Key == "vCPU" ? $"{t.Key.Key}" : $"0x{t.Key.Key:x}",
                            t.Value.Count,
                            [.. Distribution.Curve(t.Value, Math.Max(1, header!.Clock.Grain))]
                        ))
                ),
        ];

    private static string SortOf(ExitKind kind) => kind switch
    {
        ExitKind.PioOut or ExitKind.PioIn or ExitKind.RepeatedPio => "port",
        ExitKind.MmioRead or ExitKind.MmioWrite => "address",
        ExitKind.Msr => "MSR",
        ExitKind.Cpuid => "leaf",
        ExitKind.Hypercall => "hypercall",
        ExitKind.Apic => "APIC register",
        _ => "sub-key",
    };

    private Histogram Of(int configuration, string sort, ulong key)
    {
        if (totals.TryGetValue((configuration, sort, key), out Histogram? known)) return known;
        // Where a sort has too many, those beyond are counted nowhere: one more than may be is enough to leave it out.
        int had = numbers.GetValueOrDefault((configuration, sort));
        if (had > Most) return beyond;
        numbers[(configuration, sort)] = had + 1;
        var added = new Histogram();
        totals.Add((configuration, sort, key), added);
        return added;
    }
}
