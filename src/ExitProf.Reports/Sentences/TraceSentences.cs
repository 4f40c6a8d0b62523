using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>What a report says in sentences. Plain text: whoever prints it escapes it.</summary>
public static class TraceSentences
{
    /// <summary>What "emulated" means, wherever the word stands beside a figure.</summary>
    public const string Emulated = "Emulated guest: KVM interpreted it, so there is no world switch and the figures are no hardware exit.";

    /// <summary>Where the figures of a report of one host are from.</summary>
    private const string Here = "here";

    /// <summary>What the figures of an emulated host are.</summary>
    public const string SoftwareCpu = "Instructions of a software CPU: exact and repeatable, not time";

    /// <summary>The result in one sentence: of a comparison its verdict.</summary>
    /// <param name="place">Where it costs that; a report of several hosts names them.</param>
    public static string Sentence(TraceSummary trace, string place = Here)
    {
        if (trace.Verdict is { } verdict) return VerdictSentences.Sentence(verdict);
        if (trace.Reasons is { } reasons) return ReasonSentences.Sentence(trace, reasons);
        var subjects = Subject.Of([trace]);
        if (subjects.Count == 0) return $"{VisibleText.Of(trace.Header.Scenario)}: nothing was recorded.";
        if (subjects.Count == 1) return Sentence(subjects[0], place);
        Subject least = subjects.MinBy(s => s.Cost)!;
        Subject most = subjects.MaxBy(s => s.Cost)!;
        string who = Who(trace, trace.Configurations.All(c => c.Native));
        if (SweepHeadline.Of(who, trace, subjects) is { } typical) return typical;
        string verb = subjects.All(s => s.CostIsUntraced) ? "costs" : "takes, probes included,";
        return $"{who} {verb} from {Figures.CyclesAndTime(least.Cost, trace.Header)} with {least.Label} "
            + $"to {Figures.CyclesAndTime(most.Cost, trace.Header)} with {most.Label}.";
    }

    public static string Sentence(Subject subject, string place = Here)
    {
        if (subject.Configuration.Work is { } work) return WorkSentences.Sentence(subject, work);
        string who = Who(subject.Trace, subject.Configuration.Native);
        if (!double.IsFinite(subject.Cost)) return $"{who}: no exit was recorded from end to end.";
        string cost = Figures.CyclesAndTime(subject.Cost, subject.Trace.Header);
        if (!subject.CostIsUntraced)
            return $"{who} takes {cost}, probes included: no untraced exits were recorded."
                + Largest(subject, subject.Configuration.Total.Mean);
        return $"{who} costs {cost} {place}{Largest(subject, subject.Cost)}";
    }

    /// <summary>The identity that the recorder's figures are checked by, with the figures in it.</summary>
    public static string Identity(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        if (!subject.ProbeCostKnown) return "Identity: not checked, the probe cost of this trace's host is unknown.";
        if (c.Untraced is not { } untraced) return "Identity: not checked, no untraced exits were recorded.";
        if (!subject.HasIdentity)
        {
            string net = c.EmptyLoop is { } loop
                ? $"net of the empty loop around the exits ({Figures.Interval(loop)})"
                : "with the loop around the exits";
            return $"From decode to decode: Σ corrected stages {Figures.Cycles(subject.NetSum)} + incomplete {Figures.Cycles(c.Incomplete.Mean)}; "
                + $"untraced mean {Figures.Cycles(untraced.Mean.Mean)}, {net}.";
        }
        string sum = $"Σ corrected stages {Figures.Cycles(subject.NetSum)} + incomplete {Figures.Cycles(c.Incomplete.Mean)}";
        double explained = subject.NetSum + c.Incomplete.Mean;
        if (c.ProbeIndirect is { } indirect)
        {
            // One sign: taking less than nothing off is adding.
            sum += $" {(indirect.Mean < 0 ? '+' : '\u2212')} probe-indirect {Figures.Cycles(Math.Abs(indirect.Mean))}";
            explained -= indirect.Mean;
        }
        else sum += " (probe-indirect not measured)";
        string left = c.Unattributed is { } over
            ? $"unattributed {Figures.Interval(over)} ({Figures.Share(over.Mean / untraced.Mean.Mean)})"
            : "unattributed n/a";
        return $"Identity: {sum} = {Figures.Cycles(explained)}; untraced mean {Figures.Cycles(untraced.Mean.Mean)}; {left}.";
    }

    /// <summary>"Intel Xeon …, Linux 6.12.8, pvm, guest long64-cpl3".</summary>
    public static string Machine(TraceSummary trace)
    {
        TraceHeader header = trace.Header;
        var parts = new List<string>();
        if (HostFact(trace, "cpu") is { } cpu)
            parts.Add(cpu);
        if (HostFact(trace, "kernel") is { } kernel)
            parts.Add(kernel.StartsWith("Linux", StringComparison.Ordinal) ? kernel : "Linux " + kernel);
        parts.Add("KVM back-end " + header.Backend.Name());
        if (header.GuestMode.Length > 0) parts.Add("guest " + VisibleText.Of(header.GuestMode));
        parts.Add(header.Native ? "native" : "emulated guest");
        return string.Join(", ", parts);
    }

    /// <summary>Where each trace was recorded: "here" if it is one host, else "on AMD EPYC, Linux 6.18.44".</summary>
    public static IReadOnlyList<string> Places(IReadOnlyList<TraceSummary> traces)
    {
        string[] hosts = [.. traces.Select(t => string.Join(", ",
            new[] { HostFact(t, "cpu"), HostFact(t, "kernel") is { } kernel ? "Linux " + kernel : null }.OfType<string>()))];
        bool several = hosts.Distinct().Skip(1).Any();
        return [.. hosts.Select(h => !several ? Here : h.Length > 0 ? "on " + h : "on an unknown host")];
    }

    public static string Exits(TraceSummary trace) =>
        trace.Reasons is { } reasons
            ? $"{Figures.Count(reasons.Count, "exit")}, {reasons.Paired:N0} of them with both ends; "
                + Figures.Count(reasons.Threads.Length, "vCPU thread")
            : $"{trace.Traced.Exits:N0} traced, {trace.Traced.Complete:N0} of them complete; {trace.UntracedExits:N0} untraced; "
                + $"{Figures.Count(trace.Blocks, "block")}; {Figures.Count(trace.LostEvents, "event")} lost";

    /// <summary>"interrupted 96, unpaired 22"; empty if every exit was complete.</summary>
    public static string Causes(TraceSummary trace) => trace.Reasons != null ? "" :
        string.Join(", ", trace.Traced.IncompleteByCause.Where(c => c.Value > 0).Select(c => $"{VisibleText.Of(c.Key)} {c.Value:N0}"));

    public static string Clock(TraceSummary trace)
    {
        TraceHeader header = trace.Header;
        string probe =
            header.Groups == EventGroups.None ? "no kernel events"
            : header.ProbeFloor > 0 ? $"one kernel event costs at least {Figures.Cycles(header.ProbeFloor)} {header.Clock.Symbol}"
            : "probe cost unknown";
        if (!header.Clock.IsTime)
            return $"{SoftwareCpu}; events {VisibleText.Of(header.Events)} ({header.Groups.Name()}), {probe}";
        if (header.Clock.Unit != ClockUnit.Cycles)
            return $"Clock of the recording in {header.Clock.Symbol}; events {VisibleText.Of(header.Events)} ({header.Groups.Name()}), {probe}";
        string rate = header.Clock.Hertz > 0 ? $"TSC {header.Clock.Hertz / 1e6:N0} MHz" : "TSC frequency unknown";
        return $"{rate}, grain {header.Clock.Grain} cycles; events {VisibleText.Of(header.Events)} ({header.Groups.Name()}), {probe}";
    }

    public static string? HostFact(TraceSummary trace, string name)
    {
        Fact? fact = trace.Header.Host.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return fact is null ? null : VisibleText.Of(fact.Value);
    }

    /// <summary>A line through each sweep of a numeric setting.</summary>
    public static IReadOnlyList<string> Slopes(TraceSummary trace) =>
        [.. Slope.AllOf(trace).Select(s => SlopeSentences.Sentence(s, trace.Header.Clock.Symbol))];

    private static string Who(TraceSummary trace, bool native)
    {
        string name = VisibleText.Of(trace.Header.Scenario);
        string what = trace.Configurations.Any(c => c.Work != null) ? $"One unit of {name}"
            : trace.Header.Source.IsVmm ? $"One {name} exit" : $"The mean exit of {name}";
        return native ? what : what + " of an emulated guest";
    }

    private static string Largest(Subject subject, double whole)
    {
        var present = subject.Configuration.Stages.Where(s => s.State != StageState.Absent && double.IsFinite(subject.Net(s))).ToList();
        if (present.Count == 0) return ".";
        StageSummary largest = present.MaxBy(subject.Net)!;
        double share = double.IsFinite(largest.Share) ? largest.Share : subject.Net(largest) / whole;
        string bound = largest.Bound == Bound.Upper ? "at most " : "";
        string sentence = $"{bound}{Math.Round(share * 100)} % of it is {largest.Name}.";
        return subject.CostIsUntraced ? "; " + sentence : " " + char.ToUpperInvariant(sentence[0]) + sentence[1..];
    }
}
