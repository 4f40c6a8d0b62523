using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Everything that is added up over the exits of one reason.</summary>
internal sealed class ReasonTally(string reason, string kvmExit, bool userspace)
{
    /// <summary>A reason's sub-keys with the most time; the others are counted.</summary>
    private const int ShownSubkeys = 32;

    /// <summary>The quantile of an interval of 99 % on both sides together.</summary>
    private const double Normal99 = 2.5758;

    private readonly Dictionary<ulong, (string Name, Sums Sums)> subkeys = [];
    private readonly SortedDictionary<int, Sums> vcpus = [];
    private readonly List<ClassTally> classes = [];

    internal string Reason => reason;
    internal string KvmExit => kvmExit;
    internal bool Userspace => userspace;

    /// <summary>The vCPU waits in it for something to do.</summary>
    internal bool IsHalt { get; private set; }

    internal Histogram Durations { get; } = new();
    internal Sums All { get; } = new();
    internal long Count => All.Exits;

    internal ClassTally ClassOf(ExitClass exitClass, TraceHeader header)
    {
        IsHalt |= exitClass.IsHalt;
        string name = exitClass.SubkeyText;
        Sums? own = null;
        if (name.Length > 0)
        {
            if (!subkeys.TryGetValue(exitClass.Subkey, out var found)) subkeys.Add(exitClass.Subkey, found = (name, new Sums()));
            own = found.Sums;
        }
        Walk? walk = exitClass.Calibrated ? Walk.Of(BorderTable.Row(header, exitClass), exitClass.Signature.AsSpan()) : null;
        var tally = new ClassTally(this, own, exitClass, walk);
        classes.Add(tally);
        return tally;
    }

    internal ReasonRow Row(double exitTime, IReadOnlyDictionary<int, VcpuIdentity> threads)
    {
        var ranked = subkeys.Values.OrderByDescending(s => s.Sums.Sum).ThenByDescending(s => s.Sums.Exits)
            .ThenBy(s => s.Name, StringComparer.Ordinal).ToList();
        return new ReasonRow(
            reason, kvmExit, userspace, IsHalt, Figures(All, exitTime), Interval(0.5), Interval(0.99),
            [.. ranked.Take(ShownSubkeys).Select(s => new ReasonSubkey(s.Name, Figures(s.Sums, exitTime)))],
            Math.Max(0, ranked.Count - ShownSubkeys),
            [.. vcpus.Select(v => Vcpu(v.Key, v.Value))],
            [.. Stages()]);

        ReasonVcpu Vcpu(int index, Sums sums) => threads.TryGetValue(index, out var thread)
            ? new ReasonVcpu(index, thread.Vcpu, thread.Tid, Figures(sums, exitTime))
            : new ReasonVcpu(index, index, VcpuIdentity.Unknown, Figures(sums, exitTime));
    }

    internal StateRow State(int position)
    {
        var row = new StateRow(StateRow.Reason, position, reason) { KvmExit = kvmExit, Userspace = userspace, IsHalt = IsHalt };
        return StateHistogram.In(row, All.Count, All.Sum, Durations) with { Count = All.Exits };
    }

    private ReasonFigures Figures(Sums sums, double exitTime)
    {
        DurationCounts d = sums.Durations;
        double share = IsHalt || exitTime <= 0 ? double.NaN : d.Sum / exitTime;
        if (ReferenceEquals(sums, All))
        {
            Span<double> at = stackalloc double[3];
            Durations.Quantiles([0.5, 0.9, 0.99], at);
            return new ReasonFigures(sums.Exits, d.Count, d.Sum, share, at[0], at[1], at[2], d.Min, d.Max) { OffCpu = sums.OffCpu };
        }
        return new ReasonFigures(sums.Exits, d.Count, d.Sum, share, d.Quantile(0.5), d.Quantile(0.9), d.Quantile(0.99), d.Min, d.Max)
        {
            OffCpu = sums.OffCpu,
        };
    }

    /// <summary>Order statistics: the ranks between which the quantile's rank lies with 99 %.</summary>
    private Estimate Interval(double share)
    {
        long n = All.Count;
        if (n < 8) return new Estimate(double.NaN, double.NaN, double.NaN);
        double half = Normal99 * Math.Sqrt(share * (1 - share) / n);
        // Beyond the largest value nothing is known.
        double high = share + half + 1.0 / n > 1 ? double.NaN : Durations.Quantile(share + half);
        return new Estimate(Durations.Quantile(share), Durations.Quantile(Math.Max(0, share - half)), high);
    }

    /// <summary>By the borders that were recorded: an exit whose stages are merged has a row of its own.</summary>
    private IEnumerable<ReasonStage> Stages() => classes.Where(c => c.Walk is not null && c.Exits > 0)
        .SelectMany(c => c.Walk!.Stages.Where(s => s.State != StageState.Absent)
            .Select(s => (Stage: s, c.Exits, Ticks: s.Steps.Sum(x => c.Steps[x.Index]))))
        .GroupBy(s => s.Stage.Name)
        .OrderBy(g => g.First().Stage.Stages[0]).ThenBy(g => g.First().Stage.Stages.Length)
        .Select(g => new ReasonStage(
            g.Key, g.First().Stage.Group, g.Any(s => s.Stage.Bound == Bound.Upper) ? Bound.Upper
                : Bound.Exact, g.Sum(s => s.Exits), g.Sum(s => s.Ticks) / g.Sum(s => s.Exits)));

    /// <summary>The sums of all exits, and of those with a duration.</summary>
    internal sealed class Sums
    {
        internal long Exits { get; set; }
        internal DurationCounts Durations { get; } = new();

        /// <summary>Ticks in which the scheduler had given the CPU to others.</summary>
        internal double OffCpu { get; set; }
        internal double Sum => Durations.Sum;
        internal long Count => Durations.Count;
    }

    /// <summary>The exits of one class.</summary>
    internal sealed class ClassTally(ReasonTally reason, Sums? subkey, ExitClass exitClass, Walk? walk)
    {
        private readonly bool paired = exitClass.Signature.AsSpan().HasBothEnds();
        private readonly bool leavesCpu = exitClass.Signature.Contains(Stamp.SchedOut);

        internal Walk? Walk => walk;

        /// <summary>Those with steps.</summary>
        internal long Exits { get; private set; }

        /// <summary>Ticks by step.</summary>
        internal double[] Steps { get; } = new double[walk is null ? 0 : exitClass.Signature.Length - 1];

        internal void Add(ReadOnlySpan<ulong> times, int vcpu)
        {
            if (!reason.vcpus.TryGetValue(vcpu, out Sums? own)) reason.vcpus.Add(vcpu, own = new Sums());
            reason.All.Exits++;
            own.Exits++;
            if (subkey is not null) subkey.Exits++;
            if (!paired || times[^1] < times[0]) return;
            ulong ticks = times[^1] - times[0];
            reason.Durations.Add(ticks);
            reason.All.Durations.Add(ticks);
            own.Durations.Add(ticks);
            subkey?.Durations.Add(ticks);
            if (leavesCpu) AddOffCpu(times, own);
            AddSteps(times);
        }

        private void AddOffCpu(ReadOnlySpan<ulong> times, Sums own)
        {
            double off = 0;
            for (int i = 1; i < times.Length; i++)
            {
                if (exitClass.Signature[i - 1] == Stamp.SchedOut && times[i] > times[i - 1]) off += times[i] - times[i - 1];
            }
            reason.All.OffCpu += off;
            own.OffCpu += off;
            if (subkey is not null) subkey.OffCpu += off;
        }

        private void AddSteps(ReadOnlySpan<ulong> times)
        {
            if (walk is null) return;
            for (int i = 1; i < times.Length; i++)
            {
                // Stamps of two CPUs can be out of order: then steps mean nothing.
                if (times[i] < times[i - 1]) return;
            }
            for (int i = 1; i < times.Length; i++) Steps[i - 1] += times[i] - times[i - 1];
            Exits++;
        }
    }
}
