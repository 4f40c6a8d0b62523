using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>What pairing the exits of a recording met: everything that a finding is made of.</summary>
internal sealed class PairingCounts
{
    /// <summary>So many gaps are listed one by one.</summary>
    internal const int ListedGaps = 16;

    private readonly List<ulong> firstGaps = [];

    internal long Exits { get; set; }
    internal long Entries { get; set; }
    internal long Paired { get; private set; }

    /// <summary>Exits without kvm_exit: the recording begins in the middle of them, or the event was lost.</summary>
    internal long Headless { get; private set; }

    /// <summary>Ticks that user space took in them, which is known all the same.</summary>
    internal ulong HeadlessUserspace { get; private set; }
    internal long HeadlessUserspaceExits { get; private set; }
    internal long UnpairedByNextExit { get; private set; }
    internal long UnpairedByLoss { get; private set; }
    internal long UnpairedByBackwards { get; private set; }
    internal long UnpairedByRecording { get; private set; }
    internal long UnpairedByEnd { get; private set; }

    internal long Unpaired => UnpairedByNextExit + UnpairedByLoss + UnpairedByBackwards + UnpairedByRecording + UnpairedByEnd;

    /// <summary>Paired exits that began on another CPU than they ended on.</summary>
    internal long Moved { get; private set; }

    /// <summary>Paired exits whose two ends have the same time.</summary>
    internal long BelowGrain { get; private set; }
    internal long Backwards { get; set; }
    internal long Recordings { get; set; }
    internal long Losses { get; set; }
    internal long LostEvents { get; set; }

    /// <summary>Times that a thread was not seen because events were lost, and for how many ticks.</summary>
    internal long Holes { get; private set; }
    internal ulong HoleTicks { get; private set; }
    internal long LateExits { get; set; }
    internal long DroppedEvents { get; set; }
    internal long Resynchronised { get; set; }
    internal long EventsOfTooManyThreads { get; set; }
    internal long Preemptions { get; set; }

    /// <summary>Times that a vCPU thread was off its CPU, and for how many ticks.</summary>
    internal long OffCpu { get; private set; }
    internal ulong OffCpuTicks { get; private set; }
    internal ulong OffCpuTicksInExits { get; private set; }

    /// <summary>Wake-ups of halted vCPUs, with the time that was polled and waited for them, in nanoseconds.</summary>
    internal long Polls { get; private set; }
    internal ulong PolledNanoseconds { get; private set; }
    internal long Waits { get; private set; }
    internal ulong WaitedNanoseconds { get; private set; }

    internal long Gaps { get; private set; }
    internal ulong GapSum { get; private set; }
    internal ulong GapMin { get; private set; } = ulong.MaxValue;
    internal ulong GapMax { get; private set; }
    internal IReadOnlyList<ulong> FirstGaps => firstGaps;

    internal bool SawUserspace { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(in PairedExit exit, ExitEnd end, bool moved)
    {
        if (exit.Destination == Destination.Userspace) SawUserspace = true;
        if (exit.IsPaired)
        {
            Paired++;
            if (moved) Moved++;
            if (exit.Times[0] == exit.Times[^1]) BelowGrain++;
            return;
        }
        switch (end)
        {
            case ExitEnd.NextExit: UnpairedByNextExit++; break;
            case ExitEnd.Loss: UnpairedByLoss++; break;
            case ExitEnd.Backwards: UnpairedByBackwards++; break;
            case ExitEnd.Recording: UnpairedByRecording++; break;
            default: UnpairedByEnd++; break;
        }
    }

    internal void AddHeadless(in PairedExit exit)
    {
        // A lone kvm_entry, the first event of the thread, is the end of an exit of which nothing else is known.
        Headless++;
        int left = exit.Signature.IndexOf(Stamp.KvmUserspaceExit), back = exit.Signature.IndexOf(Stamp.KvmFpuLoad);
        if (left < 0 || back < left) return;
        HeadlessUserspaceExits++;
        HeadlessUserspace += exit.Times[back] - exit.Times[left];
    }

    internal void AddHole(ulong ticks)
    {
        Holes++;
        HoleTicks += ticks;
    }

    internal void AddGap(ulong ticks)
    {
        Gaps++;
        GapSum += ticks;
        GapMin = Math.Min(GapMin, ticks);
        GapMax = Math.Max(GapMax, ticks);
        if (firstGaps.Count <= ListedGaps) firstGaps.Add(ticks);
    }

    internal void AddOffCpu(ulong ticks, bool inExit)
    {
        OffCpu++;
        OffCpuTicks += ticks;
        if (inExit) OffCpuTicksInExits += ticks;
    }

    internal void AddWakeup(bool polled, ulong nanoseconds)
    {
        if (polled)
        {
            Polls++;
            PolledNanoseconds += nanoseconds;
        }
        else
        {
            Waits++;
            WaitedNanoseconds += nanoseconds;
        }
    }
}
