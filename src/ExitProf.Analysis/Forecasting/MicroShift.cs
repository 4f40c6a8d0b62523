namespace ExitProf.Analysis;

/// <summary>What one exit costs on the base, and by how much that changes.</summary>
/// <param name="Base">0 or less if nobody knows it.</param>
/// <param name="Confidence">Of the shift's interval.</param>
public sealed record MicroShift(string Name, double Base, Interval Shift, double Confidence)
{
    private const string Cycles = "cycles";

    /// <summary>The unit of base and shift: cycles, or a unit of time.</summary>
    public string Unit { get; init; } = Cycles;

    /// <summary>What the tail says where it decided the verdict that this is of; null where it did not.</summary>
    public Verdict? Tail { get; init; }

    /// <summary>True if base and shift are means, which have the tail in them; of a centre it is not known what a tail adds.</summary>
    public bool OfMeans { get; init; }

    /// <summary>How many of the unit a second has; null of cycles, of which the clock says it.</summary>
    public double? PerSecond => MetricUnit.TrySeconds(Unit, out double seconds) ? 1 / seconds : null;

    /// <summary>The total of a comparison.</summary>
    /// <param name="name">Of the row; null takes the only one.</param>
    /// <exception cref="InputException">It is of several, or of a unit that is no cost.</exception>
    public static MicroShift Of(string file, ComparisonSummary comparison, string? name)
    {
        ComparedRow row = Chosen(file, [.. comparison.Rows], r => r.Name, name);
        return Of(file, ComparedCost.OfRow(
            $"{row.Name}, {string.Join(" ", comparison.New)} against {string.Join(" ", comparison.Base)}", row));
    }

    /// <summary>The only comparison that a verdict holds, or the named one.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="name">Of the metric or the configuration; null takes the only one.</param>
    /// <exception cref="InputException">It is of several, or of a unit that is no cost.</exception>
    public static MicroShift Of(string file, IReadOnlyList<ComparedCost> comparisons, string? name) =>
        Of(file, Chosen(file, [.. comparisons], c => c.Name, name));

    private static MicroShift Of(string file, ComparedCost cost)
    {
        if (cost.HigherIsBetter) throw Rate(file, cost.Unit);
        (double whole, Interval shift) = cost.Means is { } means ? (means.Base, means.Shift) : (cost.Base, cost.Shift);
        return new MicroShift(cost.Name, whole, shift, cost.Confidence)
        {
            Unit = UnitOf(file, cost.Unit),
            Tail = cost.Tail,
            // The mean of a run's exits has its slow ones in it.
            OfMeans = cost.Means is not null || cost.Of.EndsWith("mean", StringComparison.Ordinal),
        };
    }

    private static T Chosen<T>(string file, T[] rows, Func<T, string> nameOf, string? name)
    {
        if (name is null && rows is [var only]) return only;
        T[] named = [.. rows.Where(r => nameOf(r) == name)];
        if (named is [var one]) return one;
        string names = NameList.Of([.. rows.Select(nameOf)]);
        throw new InputException(
            name is null
                ? $"{file} has {rows.Length} comparisons{(names.Length > 0 ? $" ({names})" : "")}: a forecast is of one; name it behind a colon."
                : $"{file} has no comparison '{name}': it has {names}."
        );
    }

    private static string UnitOf(string file, string unit)
    {
        if (MetricUnit.IsCycles(unit))
            return Cycles;
        return MetricUnit.TrySeconds(unit, out _)
            ? MetricUnit.Plain(unit)
            : throw new InputException(
                $"{file} is in {(unit.Length > 0 ? unit : "no unit that it names")}: a forecast needs cycles or time, so that a rate of exits comes to a share of a second."
            );
    }

    private static InputException Rate(string file, string unit) =>
        new($"{file} is of {unit}, of which more is better: a forecast needs what one exit costs, in cycles or time.");

    /// <summary>
    /// What an exit would cost without some of its stages or steps. Every figure is the recorded one without its probes; a step's interval
    /// is taken as wide as its whole stage's, because only stages have one.
    /// </summary>
    /// <param name="without">A stage by its name; or "user-return-msrs", "decode", "in-kernel".</param>
    /// <exception cref="InputException">The trace has no such stage or step, or no untraced mean.</exception>
    public static MicroShift Without(TraceSummary trace, IReadOnlyList<string> without)
    {
        if (trace.Configurations is not [var configuration])
            throw new InputException($"{trace.File} has {trace.Configurations.Length} configurations: a forecast is of one.");
        if (configuration.Untraced is not { } untraced)
            throw new InputException($"{trace.File} has no untraced exits: nobody knows what its exits cost without the events.");
        var taken = new Dictionary<string, Interval>();
        foreach (string what in without)
        {
            foreach ((string name, Interval cycles) in Parts(trace, configuration, what)) taken[name] = cycles;
        }
        // A stage holds its steps: what is taken off with it is not taken off twice.
        Interval[] all =
        [
            .. taken.Where(t => !taken.Keys.Any(k => t.Key.StartsWith(k + "/", StringComparison.Ordinal))).Select(t => t.Value),
        ];
        var shift = new Interval(-all.Sum(i => i.Value), -all.Sum(i => i.High), -all.Sum(i => i.Low));
        return new MicroShift(
            $"{trace.Header.Scenario} without {string.Join(", ", without)}",
            untraced.Mean.Mean,
            shift,
            StageFigures.Confidence
        );
    }

    private static (string Name, Interval Cycles)[] Parts(TraceSummary trace, ConfigurationSummary configuration, string what)
    {
        StageSummary[] stages = [.. configuration.Stages.Where(s => s.State != Traces.StageState.Absent)];
        switch (what)
        {
            case "in-kernel":
                // Answered in the kernel, an exit neither leaves the run loop for user space nor comes back.
                return
                [
                    .. new[] { Traces.Stage.HostRestore, Traces.Stage.Userspace, Traces.Stage.GuestReload }.SelectMany(s =>
                        Whole(Traces.StageNames.Name(s))
                    ),
                ];
            case "user-return-msrs":
                return Step(
                    s => s.To == Traces.Stamp.RunReturned,
                    "the return to user space has no step of its own here; record with raw_syscalls (--events full)"
                );
            case "decode":
                return Step(s => s.To == Traces.Stamp.KvmEmulateInsn, "nothing is decoded, or decoding has no step of its own here");
            default:
                return Whole(what);
        }

        (string, Interval)[] Whole(string name) => stages.FirstOrDefault(s => s.Name == name) is { } stage
            ? [(stage.Name, new Interval(stage.Corrected.Mean, stage.Corrected.Low, stage.Corrected.High))]
            : throw new InputException($"{trace.File} has no stage {name}: it has {string.Join(", ", stages.Select(s => s.Name))}.");

        (string, Interval)[] Step(Func<StepSummary, bool> wanted, string why)
        {
            foreach (StageSummary stage in stages)
            {
                if (stage.Steps.FirstOrDefault(wanted) is not { } step || stage.Steps.Length < 2 && stage.Stages.Length > 1) continue;
                double half = (stage.Corrected.High - stage.Corrected.Low) / 2;
                return
                [
                    ($"{stage.Name}/{step.Name}", new Interval(step.Corrected, Math.Max(0, step.Corrected - half), step.Corrected + half)),
                ];
            }
            throw new InputException($"{trace.File}: {why}.");
        }
    }
}
