using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>One vCPU thread while a recording is read: its pairing, and the exits of the current slice.</summary>
internal sealed class ThreadExits
{
    private readonly List<int> classes = [];
    private readonly List<ulong> times = [];

    /// <summary>Durations of the slice's paired exits.</summary>
    private readonly List<ulong> durations = [];

    internal ThreadExits(int index, long tid, Backend backend)
    {
        Index = index;
        Tid = tid;
        Pairing = new ExitPairing(backend);
    }

    internal int Index { get; }
    internal long Tid { get; }
    internal ExitPairing Pairing { get; }

    internal int Vcpu { get; set; } = VcpuIdentity.Unknown;
    internal long Process { get; set; } = VcpuIdentity.Unknown;
    internal string Name { get; set; } = "";

    /// <summary>How many names of threads were known when this one's was asked for: it need not be again before there are more.</summary>
    internal int NamesAsked { get; set; } = -1;

    /// <summary>What a sink was told; null before the first block.</summary>
    internal VcpuIdentity? Announced { get; set; }

    /// <summary>The clock's value of the last event, for time that runs backwards.</summary>
    internal ulong LastTime { get; set; }

    /// <summary>Number of the last event in the whole recording, for losses between two events.</summary>
    internal long LastEvent { get; set; }
    internal int LastCpu { get; set; } = -1;

    /// <summary>Time of the last kvm_exit, for the gaps of recordings without kvm_entry.</summary>
    internal ulong? LastExit { get; set; }

    /// <summary>The CPU that the open exit began on.</summary>
    internal int ExitCpu { get; set; } = -1;

    internal ulong LeftCpuAt { get; set; }
    internal bool IsOffCpu { get; set; }

    internal int Count => classes.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(int exitClass, ReadOnlySpan<ulong> stamps, bool folded, bool paired)
    {
        classes.Add(exitClass);
        if (folded)
        {
            times.Add(stamps[0]);
            times.Add(stamps[^1]);
        }
        else
        {
            // One by one, as they were just written: the runtime's copy reads two at a time, and waited for that.
            int at = times.Count;
            CollectionsMarshal.SetCount(times, at + stamps.Length);
            Span<ulong> to = CollectionsMarshal.AsSpan(times)[at..];
            for (int i = 0; i < to.Length; i++) to[i] = stamps[i];
        }
        if (paired) durations.Add(stamps[^1] - stamps[0]);
    }

    /// <summary>Hands the slice over as a block of its own, and forgets it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Flush(ITraceSink sink, ExitEncoder encoder, ExitClassTable table, int block, int round, EventGroups groups, long lost)
    {
        if (Announced is not { } told || told.Vcpu != Vcpu || told.Process != Process || told.Name != Name)
        {
            sink.Thread(Announced = new VcpuIdentity(Index, Tid, Vcpu, Process, Name));
        }
        var all = CollectionsMarshal.AsSpan(times);
        double median = GroupedMedian.Of(CollectionsMarshal.AsSpan(durations), grain: 1);
        sink.Block(new Block(block, 0, groups, round, Calibration: false, all[0], all[^1], classes.Count, WarmUp: 0, median, Eintr: 0,
            Collections: 0,
            VoluntarySwitches: 0, InvoluntarySwitches: 0, StealTicks: 0, lost, Vcpu: Index));
        encoder.Begin(block, Index);
        int at = 0;
        foreach (int index in classes)
        {
            ExitClass exitClass = table[index];
            encoder.Add(exitClass, all.Slice(at, exitClass.Signature.Length));
            at += exitClass.Signature.Length;
        }
        encoder.Flush();
        classes.Clear();
        times.Clear();
        durations.Clear();
    }
}
