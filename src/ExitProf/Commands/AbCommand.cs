using System.CommandLine;
using ExitProf.Analysis;

namespace ExitProf;

/// <summary><c>exitprof ab</c>: two sides measured in turn, and whether they differ.</summary>
internal static class AbCommand
{
    public static Command Create()
    {
        var command = new Command("ab",
            "Say whether B is better, worse, the same, or not yet decided: two settings of a scenario, interleaved block by block, or two commands in random pairs."
        ).WithExamples(
            "exitprof ab pio-out --a device-delay=0 --b device-delay=500 -o ab.nettrace",
            "exitprof ab icache-hot --a cache=off --b cache=on --fail-on worse",
            "exitprof ab --a-run ./base.sh --b-run ./patched.sh --runs 20");
        var interleaved = new QuadArguments();
        interleaved.AddTo(command);
        var pairs = new RunPairsArguments();
        pairs.AddTo(command);
        var gate = new GateArguments();
        gate.AddTo(command);
        Option<string> format = OutputFormat.Option(VerdictOutput.Formats);
        command.Options.Add(format);
        var hosts = new HostOptions(command, sides: true, records: true);
        Option<FileInfo[]> reports = VerdictOutput.Reports();
        command.Options.Add(reports);
        command.SetAction(
            (parsed, cancelled) =>
                Task.Run(
                    () =>
                    {
                        var console = CommandConsole.Of(parsed);
                        if (pairs.Given(parsed) == interleaved.Given(parsed))
                            throw new UsageException("Give a scenario with --a and --b, or --a-run and --b-run.");
                        if (pairs.Given(parsed))
                            GivenOption.Refuse(parsed, interleaved.Own, "a scenario");
                        else
                            GivenOption.Refuse(parsed, pairs.Own, "--a-run and --b-run");
                        // Before a host is chosen, and perhaps booted: what cannot be compared is wrong wherever it runs.
                        if (!pairs.Given(parsed) && !hosts.SidesDiffer(parsed))
                            interleaved.Check(parsed);
                        Gate rule = gate.Read(parsed);
                        VerdictOutput.Try(parsed.GetValue(reports));
                        ComparisonSummary comparison =
                            !pairs.Given(parsed) && hosts.ChooseSides(parsed, cancelled) is var (first, second)
                                // One count a side decides: a gate's least number of runs is for runs that differ.
                                ? gate.Named(
                                    parsed,
                                    interleaved.CompareInHosts(
                                        parsed,
                                        gate.OfExact(parsed, rule),
                                        new HostComparison(first, second, hosts.Functions(parsed)),
                                        console))
                                : gate.Complete(
                                    parsed,
                                    pairs.Given(parsed)
                                        ? pairs.Compare(parsed, rule, console, cancelled)
                                        : interleaved.Compare(parsed, rule, console, cancelled)
                                );
                        VerdictOutput.Write(console, comparison, parsed.GetValue(format)!, parsed.GetValue(reports));
                        return cancelled.IsCancellationRequested ? ExitCode.Interrupted : GateArguments.ExitCode(comparison);
                    },
                    CancellationToken.None
                )
        );
        return command;
    }
}
