using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Compares traces: each is a run of every configuration in it. What must not be compared is refused.</summary>
public static class TraceComparison
{
    /// <summary>Clocks that differ by more have different frequencies; less is the kernel's calibration of one clock.</summary>
    private const double ClockTolerance = 0.01;

    /// <exception cref="InputException">The traces are not comparable; the message says in what they differ.</exception>
    public static ComparisonSummary Of(
        Gate gate,
        IReadOnlyList<TraceSummary> first,
        IReadOnlyList<TraceSummary> second,
        bool acrossHosts
    ) => Of(gate, first, second, acrossHosts, paired: false);

    /// <summary>Traces that were recorded in pairs: the first of one side belongs to the first of the other.</summary>
    /// <inheritdoc cref="Of(Gate, IReadOnlyList{TraceSummary}, IReadOnlyList{TraceSummary}, bool)"/>
    public static ComparisonSummary OfPairs(Gate gate, IReadOnlyList<TraceSummary> first, IReadOnlyList<TraceSummary> second) =>
        Of(gate, first, second, acrossHosts: false, paired: true);

    private static ComparisonSummary Of(
        Gate gate,
        IReadOnlyList<TraceSummary> first,
        IReadOnlyList<TraceSummary> second,
        bool acrossHosts,
        bool paired
    )
    {
        IReadOnlyList<TraceSummary> all = [.. first, .. second];
        RefuseCopies(all);
        RefuseUnits(all);
        ImmutableArray<HostDifference> hosts = HostDifference.Of(Headers(first), Headers(second));
        string[] machines =
        [
            .. hosts
                .Where(d => d.OtherMachine)
                .Select(d => d.Fact)
                .Concat(HostDifference.MachinesWithin(Headers(first)))
                .Concat(HostDifference.MachinesWithin(Headers(second)))
                .Distinct(),
        ];
        if (machines.Length > 0 && !acrossHosts)
        {
            throw new InputException(
                $"The traces are of different machines ({Example(machines[0], all)}): give --across-hosts if that is what you want to compare."
            );
        }
        bool oneClock = all.Max(t => (double)t.Header.Clock.Hertz) <= all.Min(t => (double)t.Header.Clock.Hertz) * (1 + ClockTolerance);
        var findings = new List<Finding>();
        bool ordered = !paired && !RunFindings.Interleaved(first, second);
        if (ordered)
            findings.Add(RunFindings.NotInterleaved(all.Count));
        if (machines.Length > 0)
            findings.Add(
                FindingKind.AcrossHosts.Of(machines.Length, $"The traces are of different machines: {string.Join(", ", machines)}.")
            );
        findings.AddRange(RunFindings.OfTraces(all));
        findings.AddRange(ExitModes.Findings(all));

        (Key Key, Run Run)[] old = [.. Runs(first)], changed = [.. Runs(second)];
        Key[] matched = [.. old.Select(r => r.Key).Distinct().Where(k => changed.Any(r => r.Key == k))];
        if (matched.Length == 0)
            throw new InputException(
                $"No configuration is on both sides: the base has {Names(old)}, the new side {Names(changed)}{(old.Length > 0 ? Unknown(old[0].Key, changed) : "")}."
            );
        foreach (Key key in old.Concat(changed).Select(r => r.Key).Distinct().Except(matched))
        {
            findings.Add(
                FindingKind.Unmatched.Of(1, $"{key.Name} is on one side only and was not compared{Unknown(key, old.Concat(changed))}.")
            );
        }
        var rows = ImmutableArray.CreateBuilder<ComparedRow>();
        foreach (Key key in matched)
        {
            Run[] olds = InOrder(old, key, paired), news = InOrder(changed, key, paired);
            // A configuration that some runs of a pair lack has no partner there.
            bool partners = paired && olds.Length == first.Count && news.Length == second.Count;
            if (paired && !partners)
                findings.Add(
                    FindingKind.UnpairedRuns.Of(
                        first.Count - Math.Min(olds.Length, news.Length),
                        $"{key.Name} is not in every run: its runs are compared without their partners."
                    )
                );
            rows.Add(
                Row(
                    gate.For(key.Scenario, key.Name).In(olds[0].Unit(oneClock), key.Name),
                    key,
                    olds,
                    news,
                    oneClock,
                    partners,
                    ordered,
                    findings
                )
            );
        }

        findings.AddRange(GateFindings.UnusedMargins(gate, rows));
        return new ComparisonSummary(
            gate,
            ComparisonSummary.Worst(rows),
            rows.ToImmutable(),
            ComparisonSummary.Needs(rows),
            [.. first.Select(t => t.File)],
            [.. second.Select(t => t.File)],
            hosts,
            [.. findings]
        )
        {
            BaseOrigin = OriginOf(first),
            NewOrigin = OriginOf(second),
        };
    }

    /// <summary>Where and when the runs of a side were recorded.</summary>
    internal static SideOrigin OriginOf(IReadOnlyList<TraceSummary> side) =>
        SideOrigin.Of(side.SelectMany(t => t.Header.Host), side.Select(t => t.RecordedUtc));

    private static TraceHeader[] Headers(IReadOnlyList<TraceSummary> side) => [.. side.Select(t => t.Header)];

    /// <summary>A clock that counts instructions and one that counts cycles have no scale in common.</summary>
    private static void RefuseUnits(IReadOnlyList<TraceSummary> all)
    {
        if (all.FirstOrDefault(t => t.Header.Clock.IsTime != all[0].Header.Clock.IsTime) is not { } other) return;
        throw new InputException(
            $"{all[0].File} is in {all[0].Header.Clock.Symbol} and {other.File} in {other.Header.Clock.Symbol}: they cannot be compared; "
            + "record both on one kind of host.");
    }

    private static ComparedRow Row(
        Gate gate,
        Key key,
        Run[] old,
        Run[] changed,
        bool oneClock,
        bool paired,
        bool ordered,
        List<Finding> findings
    )
    {
        Comparability.Check(key.Name, [.. old, .. changed]);
        double[] first = [.. old.Select(r => r.Mean(oneClock))], second = [.. changed.Select(r => r.Mean(oneClock))];
        Run[] all = [.. old, .. changed];
        Run? unreliable = all.FirstOrDefault(r => r.Trace.Findings.Any(f => f.Severity == Severity.Error));
        if (unreliable != null)
        {
            findings.Add(
                FindingKind.UnreliableTrace.Of(
                    1,
                    $"{key.Name}: {unreliable.Trace.File} has a finding that says its figures are not to be relied on."
                )
            );
        }
        // A mean of n values that are known to a grain.
        double narrowest = all.Max(r => r.Grain(oneClock) / Math.Sqrt(r.Exits));
        JudgedShift total = paired
            ? JudgedShift.OfPairs(
                gate,
                RunFindings.Contrasts(first, second),
                first,
                narrowest,
                reliable: unreliable == null,
                all.Max(r => r.Grain(oneClock))
            )
            : JudgedShift.OfRuns(gate, first, second, narrowest, reliable: unreliable == null, ordered);
        // Every run is thousands of exits: its tail is theirs.
        if (unreliable == null && total.Absolute.Exists)
            total = total.With(QuantileComparison.Tail(gate, old, changed, oneClock, paired, ordered));
        findings.AddRange(
            paired
                ? RunFindings.OfPairs(gate, key.Name, first, second, total)
                : RunFindings.OfRow(gate, key.Name, first, second, total, ordered)
        );
        ConfigurationSummary any = old[0].Configuration;
        return new ComparedRow(key.Name, key.Scenario, any.Configuration.Settings, any.Kind.Name(), old[0].Unit(oneClock), oneClock ? 0 : 1,
            any.Untraced is null ? "traced mean" : "untraced mean", first.Length, second.Length, total)
        {
            Paired = paired,
            Hertz = oneClock ? old[0].Hertz : 0,
            Quantiles = [.. QuantileComparison.Of(gate, old, changed, oneClock, paired, ordered)],
            Stages = [.. StageComparison.Of(gate, old, changed, oneClock, total.Base, paired, reliable: unreliable == null, ordered)],
        };
    }

    /// <summary>As they were recorded; of pairs each stays where its partner is.</summary>
    private static Run[] InOrder(IEnumerable<(Key Key, Run Run)> runs, Key key, bool paired)
    {
        IEnumerable<Run> own = runs.Where(r => r.Key == key).Select(r => r.Run);
        return paired ? [.. own] : [.. own.OrderBy(r => r.Trace.RecordedUtc)];
    }

    private static IEnumerable<(Key, Run)> Runs(IReadOnlyList<TraceSummary> traces) =>
        traces.SelectMany(t => t.Configurations.Select(c => (Key.Of(t, c), new Run(t, c))));

    private static void RefuseCopies(IReadOnlyList<TraceSummary> traces)
    {
        var copies = traces
            .GroupBy(t => (t.Header.StartUtc, t.Header.Seed, t.Bytes, t.UntracedExits, t.Traced.Exits))
            .FirstOrDefault(g => g.Skip(1).Any());
        if (copies != null)
            throw new InputException(
                $"{copies.First().File} and {copies.Skip(1).First().File} are the same recording: a copy is no second measurement."
            );
    }

    private static string Example(string fact, IReadOnlyList<TraceSummary> traces) =>
        $"{fact}: {string.Join(" | ", traces.Select(t => t.Header.Host.FirstOrDefault(f => f.Name == fact)?.Value ?? "unknown").Distinct())}";

    private static string Names(IEnumerable<(Key Key, Run Run)> runs) =>
        runs.Any() ? string.Join(", ", runs.Select(r => r.Key.Name).Distinct()) : "none";

    /// <summary>
    /// Why a configuration has no match though its name is on the other side: settings that ExitProf had not yet on one of them. What it
    /// did in their place nobody knows.
    /// </summary>
    private static string Unknown(Key key, IEnumerable<(Key Key, Run Run)> others)
    {
        if (others.Select(r => r.Key).FirstOrDefault(k => k.Name == key.Name && k != key) is not { } other)
            return "";
        string[] own = key.Settings.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            foreign = other.Settings.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string Listed(string[] settings) => settings.Length > 0 ? string.Join(", ", settings) : "none of it";
        return $"; one side has {Listed([.. own.Except(foreign)])}, the other {Listed([.. foreign.Except(own)])}: record both by one version of exitprof";
    }

    /// <summary>What has to be the same on both sides: the scenario and all settings.</summary>
    private sealed record Key(string Scenario, string Name, string Settings)
    {
        public static Key Of(TraceSummary trace, ConfigurationSummary c) => new(
            trace.Header.Scenario,
            c.Configuration.Name == Configuration.Default ? trace.Header.Scenario : $"{trace.Header.Scenario} {c.Configuration.Name}",
            string.Join('\n', c.Configuration.Settings.Select(s => $"{s.Name}={s.Value}").Order(StringComparer.Ordinal)));
    }
}
