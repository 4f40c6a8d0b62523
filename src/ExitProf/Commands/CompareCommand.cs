using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Charts;

namespace ExitProf;

/// <summary><c>exitprof compare</c>: runs that were made at some other time, and whether they differ.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var bases = new Argument<FileInfo[]>("base") { Description = "Runs of the base: .nettrace traces, or files of numbers: one a line, rows of name and value, columns with a header, logs of kvm-unit-tests, tables of perf kvm stat, exports of hyperfine, Google Benchmark, Go, BenchmarkDotNet and criterion; - for standard input.", Arity = ArgumentArity.OneOrMore };
        var changed = new Option<FileInfo[]>("--with") { Description = "Runs of the new side, of the same kind. A trace of exitprof ab has both sides and is judged again without it, and so is a table with a column for each side.", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore };
        var gate = new GateArguments();
        var acrossHosts = new Option<bool>("--across-hosts") { Description = "Compare traces or numbers of different machines all the same." };
        var baseline = new Option<DirectoryInfo?>("--baseline") { Description = "Instead of --with: the traces are the new side, held against the runs of this folder since their last step." };
        var add = new Option<bool>("--add") { Description = "With --baseline: remember the traces there after the comparison." };
        var commit = new Option<string>("--commit") { Description = "With --add: of what was measured ($EXITPROF_COMMIT if not given).", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("EXITPROF_COMMIT") ?? "" };
        var unit = new Option<string>("--unit") { Description = "Of numbers that do not say it: s, ms, cycles, MB/s.", DefaultValueFactory = _ => "" };
        var direction = new DirectionOptions();
        var exact = new Option<bool>("--exact") { Description = "The numbers are exact, like counts of instructions: one value of each side is enough, and the difference is the difference." };
        var pool = new Option<bool>("--pool") { Description = "Take every number of several files as a run. Without it each file is one run, by its median." };
        Option<string> format = OutputFormat.Option(VerdictOutput.Formats);
        Option<FileInfo[]> reports = VerdictOutput.Reports();
        var command = new Command("compare",
            "Say whether runs are better, worse or the same, or that these runs cannot tell. The unit is the run: a trace or a number. Needs no KVM.\n\n"
            + "Example: exitprof compare before-1.nettrace before-2.nettrace --with after-1.nettrace after-2.nettrace --fail-on worse\n"
            + "         exitprof compare vmexit-base.log --with vmexit-new.log --margin 2%+30cycles") { bases, changed, acrossHosts, unit, exact, pool, format, reports, baseline, add, commit };
        foreach (Option option in direction.All) command.Options.Add(option);
        gate.AddTo(command);
        command.SetAction(parsed =>
        {
            var console = CommandConsole.Of(parsed);
            FileInfo[] second = parsed.GetValue(changed) ?? [];
            if (!parsed.GetValue(add)) GivenOption.Refuse(parsed, [commit], "--add");
            if (parsed.GetValue(baseline) != null) GivenOption.Refuse(parsed, [unit, exact, pool, .. direction.All], "numbers");
            if (parsed.GetValue(baseline) != null) GivenOption.Refuse(parsed, [acrossHosts], "--with");
            Gate rule = gate.Read(parsed);
            VerdictOutput.Try(parsed.GetValue(reports));
            if (parsed.GetValue(baseline) is { } folder)
            {
                if (second.Length > 0) throw new UsageException("Give --with or --baseline, not both.");
                return AgainstBaseline(rule, folder, parsed.GetValue(bases)!, parsed.GetValue(add) ? parsed.GetValue(commit)! : null, console, c => gate.Complete(parsed, c), c => VerdictOutput.Write(console, c, parsed.GetValue(format)!, parsed.GetValue(reports)));
            }
            if (parsed.GetValue(add)) throw new UsageException("--add is for --baseline.");
            ComparisonSummary comparison = gate.Complete(parsed, Compare(rule, parsed.GetValue(bases)!, second, parsed.GetValue(acrossHosts), parsed.GetValue(unit)!, direction.Read(parsed), parsed.GetValue(exact), parsed.GetValue(pool)));
            VerdictOutput.Write(console, comparison, parsed.GetValue(format)!, parsed.GetValue(reports));
            return GateArguments.ExitCode(comparison);
        });
        return command;
    }

    /// <param name="commit">Null if the traces are not to be remembered.</param>
    private static int AgainstBaseline(Gate gate, DirectoryInfo folder, FileInfo[] files, string? commit, CommandConsole console, Func<ComparisonSummary, ComparisonSummary> complete, Action<ComparisonSummary> write)
    {
        if (files.Any(f => f.Exists && !ComparedFiles.IsTrace(f))) throw new UsageException("A baseline remembers traces: numbers do not say what they were made of.");
        if (File.Exists(folder.FullName)) throw new InputException($"{folder.Name} is a file: --baseline takes the folder that such files are in.");
        // A name that was mistyped would be a gate that never fails.
        if (commit == null && !folder.Exists) throw new InputException($"There is no folder {folder.Name}: check the name, or begin a baseline there with --add.");
        TraceSummary[] traces = TraceFiles.Summarise([.. files.Select(f => f.FullName)]);
        var baseline = new Baseline(folder.FullName);
        ComparisonSummary comparison = complete(BaselineComparison.Of(gate, baseline, folder.Name, traces));
        if (commit is { Length: > 0 } && comparison.NewOrigin is { } origin) comparison = comparison with { NewOrigin = origin with { Commit = commit } };
        write(comparison);
        int code = GateArguments.ExitCode(comparison);
        if (commit == null) return code;
        // What the gate stopped must not become the level that the next run is held against; where there is no level yet the first runs
        // make one.
        if (code == ExitCode.Done || comparison.Rows.IsEmpty) Remember(baseline, folder.Name, traces, commit, console);
        else console.Error.WriteLine($"exitprof: {folder.Name} does not remember the traces: the gate failed.");
        return code;
    }

    private static void Remember(Baseline baseline, string folder, TraceSummary[] traces, string commit, CommandConsole console)
    {
        foreach (TraceSummary trace in traces)
        {
            if (BaselineComparison.Unfit(trace) is { } reason) console.Error.WriteLine(VisibleText.Of($"exitprof: {folder} does not remember {trace.File}: {reason.Text}"));
            else if (BaselineComparison.Add(baseline, [trace], commit) == 0) console.Error.WriteLine($"exitprof: {folder} remembers {trace.File} already.");
        }
    }

    private static ComparisonSummary Compare(Gate gate, FileInfo[] first, FileInfo[] second, bool acrossHosts, string unit, Better? better, bool exact, bool pool)
    {
        FileInfo[] all = [.. first, .. second];
        if (exact && pool) throw new UsageException("Give --exact or --pool: exact values need no runs.");
        if (all.GroupBy(f => f.FullName).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
        {
            throw new UsageException($"{twice.First().Name} is given twice: a run is on one side, once.");
        }
        ILookup<bool, FileInfo> byKind = all.ToLookup(ComparedFiles.IsTrace);
        if (!byKind[true].Any()) return Numbers(gate, first, second, acrossHosts, unit, better, exact, pool);
        if (byKind[false].FirstOrDefault() is { } numbers)
        {
            throw new UsageException(VisibleText.Of($"{byKind[true].First().Name} is a trace and {numbers.Name} holds {ComparedFiles.Kind(numbers)}: a trace cannot be held against numbers."));
        }
        if (exact || pool) throw new UsageException("--exact and --pool are for numbers: a trace is a run, and its clock knows what is exact.");
        if (unit.Length > 0) throw new UsageException("--unit is for numbers: a trace knows its own.");
        if (better is { } direction) throw new UsageException($"--{(direction == Better.Higher ? "higher" : "lower")}-is-better is for numbers: fewer cycles are always better.");
        if (second.Length == 0)
        {
            if (first.Length != 1) throw new UsageException("Give the runs of the new side by --with; only a trace of exitprof ab has both sides.");
            return TraceFiles.Judge(first[0].FullName, gate);
        }
        TraceSummary[] traces = TraceFiles.Summarise([.. all.Select(f => f.FullName)]);
        return TraceComparison.Of(gate, traces[..first.Length], traces[first.Length..], acrossHosts);
    }

    private static ComparisonSummary Numbers(Gate gate, FileInfo[] first, FileInfo[] second, bool acrossHosts, string unit, Better? better, bool exact, bool pool)
    {
        if (second.Length == 0 && first.Length > 1) throw new UsageException("Give the runs of the new side by --with.");
        MeasuredSides sides = ComparedFiles.Measured(first, second);
        if (acrossHosts && sides.All.All(f => f.Host.IsEmpty)) throw new UsageException("--across-hosts is for traces: numbers do not say which host they are of.");
        return MetricComparison.Of(gate, sides, unit, better, acrossHosts, exact, pool);
    }
}
