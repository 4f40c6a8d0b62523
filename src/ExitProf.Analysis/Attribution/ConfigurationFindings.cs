using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What speaks against the table of one configuration.</summary>
internal sealed class ConfigurationFindings(TraceHeader header, Configuration configuration, List<Finding> findings)
{
    /// <summary>The share of the untraced mean that may be in no row of the table; more is an error.</summary>
    private const double UnattributedLimit = 0.03;

    /// <summary>A trace of one configuration need not name it.</summary>
    private string Subject => header.Configurations.Count(c => !c.IsEmptyLoop) > 1 ? configuration.Name : "";

    public void ReportExits(
        ExitSet? source,
        IEnumerable<ExitSet> all,
        TallyKey main,
        Tally? complete,
        IReadOnlyDictionary<string, long> incomplete,
        bool traced
    )
    {
        if (source is null || source.Tallies.Count == 0)
        {
            Report(FindingKind.NoExits, 1, "no exit can be used.");
            return;
        }
        foreach (string cause in IncompleteCause.All)
        {
            long exits = incomplete.GetValueOrDefault(cause);
            Report(
                IncompleteCause.Finding(cause),
                exits,
                $"{exits:N0} {(traced ? "traced" : "untraced")} [exits|exit] {IncompleteCause.Explain(cause)}; [they are|it is] in the "
                    + "total and in no stage."
            );
        }
        long exitsOfSource = source.Tallies.Sum(t => t.Exits);
        if (complete is null)
        {
            Report(FindingKind.NotCalibrated, exitsOfSource,
                $"none of {exitsOfSource:N0} exits has a signature that calibration confirmed: there are no stages.");
        }
        else if (complete.Walk is null)
        {
            string names = string.Join(' ', main.Signature.Select(s => s.Name()));
            Report(
                FindingKind.UnexplainedSignature,
                complete.Exits,
                $"the border table does not explain the signature of {complete.Exits:N0} {main.Kind.Name()} exits ({names}): there are no stages."
            );
        }
        else if (complete.Walk.TotalOnly)
        {
            string why = BorderTable.Row(header, main.Kind, main.Destination, main.Signature.AsSpan()).NotWalked;
            bool exitsShow = header.Groups.HasFlag(header.Backend == Backend.Pvm ? EventGroups.Rcu : EventGroups.Kvm);
            if (why.Length == 0) why = exitsShow ? "the CPU did it without an exit" : "none of the recorded events shows whether it exits";
            Report(FindingKind.TotalOnly, 1, $"{main.Kind.Name()}: {why}, so there is a total and no stage.");
        }
        else if (!header.Native && complete.Key.Signature.Length == 2)
        {
            Report(
                FindingKind.TotalOnly,
                1,
                $"{main.Kind.Name()}: no event was recorded between the guest's two stamps, which have the interpreted loop between them too, so there is a total and no stage."
            );
        }
        else
        {
            int outside = complete.Steps.Count - complete.Walk.Stages.Sum(s => s.Steps.Length) - complete.Walk.Loop.Length;
            Report(FindingKind.OutsideStages, outside,
                $"{outside} steps of the signature belong to no stage: the stages do not add up to the total.");
        }

        var tallies = all.SelectMany(s => s.Tallies).Where(t => !t.Key.BelongsTo(main)).ToList();
        long endless = tallies.Where(t => t.Key.BothEnds != main.BothEnds).Sum(t => t.Exits) + all.Sum(s => s.Points);
        Report(FindingKind.NoDuration, endless, $"{endless:N0} [exits lack a stamp at one of their ends and are|exit lacks a stamp at "
            + "one of its ends and is] in no figure.");
        long others = tallies.Where(t => t.Key.BothEnds == main.BothEnds).Sum(t => t.Exits);
        Report(FindingKind.OtherKinds, others,
            $"{others:N0} [exits are|exit is] of another kind than the table's ({main.Kind.Name()}) and [are|is] in no figure.");
        long backwards = all.Sum(s => s.Backwards);
        Report(FindingKind.Backwards, backwards, $"{backwards:N0} [exits end before they begin and are|exit ends before it begins and "
            + "is] in no figure.");
    }

    /// <summary>A stage that takes less than nothing: what was taken off it for its events is too much.</summary>
    /// <remarks>
    /// An event is charged whole to the step that it opens, but a step that begins or ends at a stamp of guest or VMM holds a part of one
    /// only: less than one event's cost below nothing is that, and a warning. More means that the cost itself is wrong.
    /// </remarks>
    public void ReportNegative(IReadOnlyList<StageSummary> stages)
    {
        StageSummary[] below = [.. stages.Where(s => s.Corrected.High < 0)];
        if (below.Length == 0) return;
        StageSummary worst = below.MinBy(s => s.Corrected.High)!;
        Report(FindingKind.NegativeStage, below.Length,
            $"{string.Join(", ", below.Select(s => s.Name))}: less than nothing is left once the cost of "
                + $"{(below.Length == 1 ? "its" : "their")} events is taken off ({worst.Name}: {worst.Corrected.Mean:N0} "
                + $"{header.Clock.Symbol}): an event costs less than the trace says, or only a part of it falls into the stage.",
            worst.Corrected.High < -header.ProbeFloor ? Severity.Error : Severity.Warning);
    }

    /// <summary>Says what is assumed of events.</summary>
    public void ReportHeads() => Report(FindingKind.AssumedHeads, 1, "which part of an event's cost comes before its stamp is not measured "
        + $"here but taken from exact counts in emulated hosts (Linux {EventHeads.Kernels}): the intervals of exit, host-restore, "
        + "guest-reload and guest-resume are those of any part.");

    /// <summary>Says what the figures of an emulated guest are.</summary>
    public void ReportEmulated(Estimate? emptyLoop)
    {
        if (header.Native) return;
        string net = emptyLoop is { } turn
            ? $"untraced figures are net of the empty loop around the exits ({turn.Mean:N0} {header.Clock.Symbol})"
            : "untraced figures hold the loop around the exits too, because none was measured without them";
        Report(
            FindingKind.EmulatedGuest,
            1,
            $"KVM interpreted the guest: there is no world switch, stages are from decode to decode, {net}."
        );
    }

    /// <summary>Exits of a software CPU that are not as the others: they are in no figure but the quantiles.</summary>
    public void ReportOtherCounts(long others, long all) =>
        Report(
            FindingKind.OtherCounts,
            others,
            $"{others:N0} of {all:N0} untraced exits [have|has] another count of instructions than the most frequent one: a timer "
                + "interrupted [them, or they|it, or it] took another path."
        );

    /// <param name="with">Mean of the untraced exits of all blocks, preempted ones too.</param>
    public void ReportPreempted(ExitSetChoice choice, double mean, double with)
    {
        if (choice.WithoutPreempted)
        {
            string untraced =
                double.IsNaN(with) || Math.Abs(with - mean) < 1
                    ? ""
                    : $"; with them the untraced mean would be {with:N0} instead of {mean:N0} {header.Clock.Symbol}";
            Report(
                FindingKind.PreemptedBlocks,
                choice.Exits,
                $"{choice.Exits:N0} [exits of blocks in which the vCPU thread was taken off its CPU are|exit of a block in which the "
                    + $"vCPU thread was taken off its CPU is] in the trace and in no figure{untraced}."
            );
            return;
        }
        Report(
            FindingKind.PreemptedBlocksUsed,
            choice.Exits,
            $"{choice.Exits:N0} [exits are|exit is] of blocks in which the vCPU thread was taken off its CPU; too few others were left, "
                + "so the means hold time of other processes."
        );
    }

    public void ReportIdentity(Identity? identity, ExitSetTotal untraced, ExitSetTotal total, bool traced)
    {
        if (traced && header.ProbeFloor == 0)
        {
            Report(FindingKind.NoProbeFloor, 1, "what an event costs is unknown here: stages are not corrected for it.");
        }
        RoundMean mean = untraced.Exits > 0 ? untraced.Mean : total.Mean;
        if (mean.Rounds == 1) Report(FindingKind.TooFewRounds, 1, "a single round gives no interval.");
        if (untraced.Exits == 0 || !traced) return;
        if (!header.Native) return;
        if (identity is null)
        {
            Report(FindingKind.ProbeIndirectUnmeasured, 1,
                "no blocks leave out one group of events at a time, so what events cost beyond their floors is unknown.");
            return;
        }
        if (identity.Trivial)
        {
            Report(FindingKind.IdentityTrivial, 1,
                "with a single group of events probe-indirect is what makes the table add up, so that it adds up says nothing.");
            return;
        }
        ReportUnattributed(identity.Unattributed, untraced.Mean.Value);
    }

    private void ReportUnattributed(Estimate left, double untraced)
    {
        double limit = UnattributedLimit * untraced;
        if (Math.Abs(left.Mean) <= limit)
            return;
        string what =
            $"{left.Mean:N0} {header.Clock.Symbol} ({left.Mean / untraced * 100:F1} % of the untraced mean) are in no row of the table";
        bool allowsLess = left.Low <= limit && left.High >= -limit;
        if (double.IsNaN(left.Low)) what += "; there are too few rounds to say how sure that is.";
        else if (allowsLess) what += $", but their 99 % interval of {left.Low:N0} to {left.High:N0} allows fewer than {limit:N0}.";
        else what += $", with a 99 % interval of {left.Low:N0} to {left.High:N0}.";
        Report(FindingKind.Unattributed, 1, what, double.IsNaN(left.Low) || allowsLess ? Severity.Info : Severity.Error);
    }

    private void Report(FindingKind kind, long count, string text, Severity? severity = null)
    {
        if (count == 0) return;
        text = Agreement.Of(count, text);
        string sentence = Subject.Length > 0 ? $"{Subject}: {text}" : text;
        if (Subject.Length == 0) sentence = char.ToUpperInvariant(sentence[0]) + sentence[1..];
        findings.Add(kind.Of(count, sentence) with { Severity = severity ?? kind.Severity, Subject = Subject });
    }
}
