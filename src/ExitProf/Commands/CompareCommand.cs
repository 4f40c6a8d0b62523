using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Charts;

namespace ExitProf;

/// <summary><c>exitprof compare</c>: runs that were made at some other time, and whether they differ.</summary>
internal sealed class CompareCommand
{
    private readonly Argument<FileInfo[]> bases = new("base")
    {
        Description = "Runs of the base: .nettrace traces, or files of numbers: one a line, rows of name and value, columns with a header, "
            + "logs of kvm-unit-tests, tables of perf kvm stat, exports of hyperfine, Google Benchmark, Go, BenchmarkDotNet and criterion; "
            + "- for standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<FileInfo[]> changed = new("--with")
    {
        Description = "Runs of the new side, of the same kind. A trace of exitprof ab has both sides and is judged again without it, and so "
            + "is a table with a column for each side.",
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly GateArguments gate = new();

    private readonly Option<bool> acrossHosts = new("--across-hosts")
    {
        Description = "Compare traces or numbers of different machines all the same.",
    };

    private readonly Option<DirectoryInfo?> baseline = new("--baseline")
    {
        Description = "Instead of --with: the traces are the new side, compared with the runs of this folder since their last step.",
    };

    private readonly Option<bool> add = new("--add") { Description = "With --baseline: remember the traces there after the comparison." };

    private readonly Option<string> commit = new("--commit")
    {
        Description = "With --add: the commit that was measured ($EXITPROF_COMMIT if not given).",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("EXITPROF_COMMIT") ?? "",
    };

    private readonly NumberArguments numbers = new();
    private readonly Option<string> format = OutputFormat.Option(VerdictOutput.Formats);
    private readonly Option<FileInfo[]> reports = VerdictOutput.Reports();

    public static Command Create() => new CompareCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "compare",
            "Say whether runs are better, worse or the same, or that these runs cannot tell. The unit is the run: a trace or a number. Needs no KVM.")
        {
            bases,
            changed,
            acrossHosts,
            numbers.Unit,
            numbers.Exact,
            numbers.Pool,
            format,
            reports,
            baseline,
            add,
            commit,
        };
        foreach (Option option in numbers.Direction.All) command.Options.Add(option);
        gate.AddTo(command);
        command.WithExamples(
            "exitprof compare ab.nettrace",
            "exitprof compare before*.nettrace --with after*.nettrace --fail-on worse",
            "exitprof compare base.log --with new.log --margin 2%+30cycles");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        FileInfo[] second = parsed.GetValue(changed) ?? [];
        if (!parsed.GetValue(add)) GivenOption.Refuse(parsed, [commit], "--add");
        if (parsed.GetValue(baseline) != null)
        {
            GivenOption.Refuse(parsed, numbers.All, "numbers");
            GivenOption.Refuse(parsed, [acrossHosts], "--with");
        }
        Gate rule = gate.Read(parsed);
        VerdictOutput.Try(parsed.GetValue(reports));
        if (parsed.GetValue(baseline) is { } folder)
        {
            if (second.Length > 0) throw new UsageException("Give --with or --baseline, not both.");
            return AgainstBaseline(parsed, rule, folder);
        }
        if (parsed.GetValue(add)) throw new UsageException("--add is for --baseline.");
        Gate ofExact = gate.OfExact(parsed, rule);
        ComparisonSummary comparison = Compare(
            CommandConsole.Of(parsed), rule, ofExact, parsed.GetValue(bases)!, second, parsed.GetValue(acrossHosts), numbers.Read(parsed));
        return Finish(parsed, gate.Complete(parsed, comparison));
    }

    private int Finish(ParseResult parsed, ComparisonSummary comparison)
    {
        VerdictOutput.Write(CommandConsole.Of(parsed), comparison, parsed.GetValue(format)!, parsed.GetValue(reports));
        return GateArguments.ExitCode(comparison);
    }

    private int AgainstBaseline(ParseResult parsed, Gate rule, DirectoryInfo folder)
    {
        FileInfo[] files = parsed.GetValue(bases)!;
        // Null if the traces are not to be remembered.
        string? remembered = parsed.GetValue(add) ? parsed.GetValue(commit)! : null;
        if (files.Any(f => f.Exists && !ComparedFiles.IsTrace(f)))
            throw new UsageException("A baseline remembers traces: numbers do not say what they were made of.");
        if (File.Exists(folder.FullName))
            throw new InputException($"{folder.Name} is a file: --baseline takes the folder that such files are in.");
        // A name that was mistyped would be a gate that never fails.
        if (remembered == null && !folder.Exists)
            throw new InputException($"There is no folder {folder.Name}: check the name, or begin a baseline there with --add.");
        TraceSummary[] traces = TraceFiles.Summarise([.. files.Select(f => f.FullName)]);
        var known = new Baseline(folder.FullName);
        ComparisonSummary comparison = gate.Complete(parsed, BaselineComparison.Of(rule, known, folder.Name, traces));
        if (remembered is { Length: > 0 } && comparison.NewOrigin is { } origin)
            comparison = comparison with { NewOrigin = origin with { Commit = remembered } };
        int code = Finish(parsed, comparison);
        if (remembered == null) return code;
        var console = CommandConsole.Of(parsed);
        // What the gate stopped must not become the level that the next run is compared with; where there is no level yet the first runs
        // make one.
        if (code == ExitCode.Done || comparison.Rows.IsEmpty) Remember(known, folder.Name, traces, remembered, console);
        else console.Error.WriteLine($"exitprof: {folder.Name} does not remember the traces: the gate failed.");
        return code;
    }

    private static void Remember(Baseline baseline, string folder, TraceSummary[] traces, string commit, CommandConsole console)
    {
        foreach (TraceSummary trace in traces)
        {
            if (BaselineComparison.Unfit(trace) is { } reason)
                console.Error.WriteLine(VisibleText.Of($"exitprof: {folder} does not remember {trace.File}: {reason.Text}"));
            else if (BaselineComparison.Add(baseline, [trace], commit) == 0)
                console.Error.WriteLine($"exitprof: {folder} remembers {trace.File} already.");
        }
    }

    private static ComparisonSummary Compare(
        CommandConsole console, Gate gate, Gate ofExact, FileInfo[] first, FileInfo[] second, bool acrossHosts, NumberRules rules)
    {
        FileInfo[] all = [.. first, .. second];
        if (rules is { Exact: true, Pool: true }) throw new UsageException("Give --exact or --pool: exact values need no runs.");
        if (all.GroupBy(f => f.FullName).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
            throw new UsageException($"{twice.First().Name} is given twice: a run is on one side, once.");
        ILookup<bool, FileInfo> byKind = all.ToLookup(ComparedFiles.IsTrace);
        if (!byKind[true].Any()) return Numbers(gate, first, second, acrossHosts, rules);
        if (byKind[false].FirstOrDefault() is { } other)
        {
            string kinds = $"{byKind[true].First().Name} is a trace and {other.Name} holds {ComparedFiles.Kind(other)}";
            throw new UsageException(VisibleText.Of($"{kinds}: a trace cannot be compared with numbers."));
        }
        RefuseForTraces(rules);
        using var progress = ReadingProgress.Of(console, all);
        if (second.Length == 0)
        {
            if (first.Length != 1)
                throw new UsageException("Give the runs of the new side by --with; only a trace of exitprof ab has both sides.");
            return TraceFiles.Judge(first[0].FullName, gate, progress);
        }
        TraceSummary[] traces = TraceFiles.Summarise([.. all.Select(f => f.FullName)], progress);
        if (traces.Any(t => t.Reasons is not null)) return Foreign(gate, all, traces, first.Length, acrossHosts);
        if (traces.All(t => !t.Header.Clock.IsTime))
        {
            string[] old = [.. first.Select(f => f.FullName)], changed = [.. second.Select(f => f.FullName)];
            return TraceFiles.CompareExactly(ofExact, old, changed, acrossSettings: false);
        }
        (traces, var assumed) = LaterSettings.Assume(traces);
        ComparisonSummary comparison = TraceComparison.Of(gate, traces[..first.Length], traces[first.Length..], acrossHosts);
        return comparison with { Findings = [.. comparison.Findings, .. assumed] };
    }

    /// <summary>Traces of attach and of imports: by reason, what an exit costs and how many there are in a second.</summary>
    /// <param name="ofBase">How many of the files are the base.</param>
    private static ComparisonSummary Foreign(Gate gate, FileInfo[] files, TraceSummary[] traces, int ofBase, bool acrossHosts)
    {
        if (traces.FirstOrDefault(t => t.Reasons is null) is { } own)
        {
            TraceSummary other = traces.First(t => t.Reasons is not null);
            throw new InputException(
                $"{own.File} is of ExitProf's own VMM and {other.File} is not ({other.Header.Source.Name}): exits of the "
                + "two begin and end at other stamps, and are not comparable.");
        }
        MetricFile[] read = [.. files.Zip(traces, (file, trace) => ReasonMetrics.Of(file.FullName, trace))];
        return MetricComparison.Of(gate, new MeasuredSides([.. read[..ofBase]], [.. read[ofBase..]]), unit: "", better: null, acrossHosts);
    }

    private static void RefuseForTraces(NumberRules rules)
    {
        if (rules.Exact || rules.Pool)
            throw new UsageException("--exact and --pool are for numbers: a trace is a run, and its clock knows what is exact.");
        if (rules.Unit.Length > 0) throw new UsageException("--unit is for numbers: a trace knows its own.");
        if (rules.Better is not { } direction) return;
        string option = $"--{(direction == Better.Higher ? "higher" : "lower")}-is-better";
        throw new UsageException($"{option} is for numbers: fewer cycles are always better.");
    }

    private static ComparisonSummary Numbers(Gate gate, FileInfo[] first, FileInfo[] second, bool acrossHosts, NumberRules rules)
    {
        if (second.Length == 0 && first.Length > 1) throw new UsageException("Give the runs of the new side by --with.");
        MeasuredSides sides = ComparedFiles.Measured(first, second);
        if (acrossHosts && sides.All.All(f => f.Host.IsEmpty))
            throw new UsageException("--across-hosts is for traces: numbers do not say which host they are of.");
        return MetricComparison.Of(gate, sides, rules.Unit, rules.Better, acrossHosts, rules.Exact, rules.Pool);
    }
}
