using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json;
using ExitProf.Recording;
using ExitProf.Reports;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf;

/// <summary><c>exitprof list</c>: what can be measured.</summary>
internal static class ListCommand
{
    private const int Schema = 1;

    public static Command Create()
    {
        var chosen = new Argument<string?>("scenario")
        {
            HelpName = "scenario",
            Description = "Only this one.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        chosen.CompletionSources.Add(_ => ScenarioCatalog.All.Select(s => new CompletionItem(s.Name)));
        var format = OutputFormat.Option("text", "json", "names");
        var command = new Command(
            "list",
            "Show the scenarios: settings, expected exits, guest modes, where each comes from.\n\nExample: exitprof list pio-out"
        )
        {
            chosen,
            format,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<IScenario> scenarios = parsed.GetValue(chosen) is { } name ? [ScenarioCatalog.Get(name)] : ScenarioCatalog.All;
            var console = CommandConsole.Of(parsed);
            switch (parsed.GetValue(format))
            {
                case "json":
                    console.Write(stream => WriteJson(stream, scenarios));
                    break;
                case "names":
                    foreach (IScenario scenario in scenarios) console.Out.WriteLine(scenario.Name);
                    break;
                default:
                    TextPage.Write(console.Out, console.Columns, console.Colour, page => WriteText(page, scenarios));
                    break;
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static void WriteText(TextPage page, IReadOnlyList<IScenario> scenarios)
    {
        HostFeatures host = HostFeatures.Detect();
        foreach (IScenario scenario in scenarios)
        {
            page.Blank();
            page.Line($"{scenario.Name}  {scenario.Summary}", hanging: 2);
            Entry("exits", $"{Kinds(scenario)}, answered by {Answerers(scenario)}");
            Entry("modes", string.Join(", ", scenario.Modes.Select(m => m.Name())));
            Entry("goes back to", scenario.Origin);
            foreach (PublishedFigure figure in scenario.Published)
                Entry("published", Describe(figure));
            if (scenario.UnitTest is { } test)
                Entry("unit test", $"{test} (kvm-unit-tests, vmexit)");
            foreach (Setting setting in scenario.Settings)
                Entry("--set", $"{setting.Name}={setting.Default}  {setting.Summary} ({setting.Range})");
            foreach ((_, string reason) in Unsupported(scenario, host))
                Entry("not here", reason);
        }

        void Entry(string name, string text) => page.Entry(name, 14, text);
    }

    private static void WriteJson(Stream stream, IReadOnlyList<IScenario> scenarios)
    {
        HostFeatures host = HostFeatures.Detect();
        var list = new JsonScenarioList(Schema, [.. scenarios.Select(s => Json(s, host))]);
        JsonSerializer.Serialize(stream, list, CommandContracts.Default.JsonScenarioList);
        stream.Write("\n"u8);
    }

    private static JsonScenario Json(IScenario scenario, HostFeatures host) =>
        new(
            scenario.Name,
            scenario.Summary,
            Kinds(scenario),
            Answerers(scenario),
            scenario.Origin,
            scenario.UnitTest,
            SuiteJson.Published(scenario.Published),
            [.. scenario.Modes.Select(m => m.Name())],
            [.. scenario.Settings.Select(s => new JsonSetting(s.Name, s.Summary, s.Default, s.Range))],
            [.. Unsupported(scenario, host).Select(u => new JsonUnsupported(u.Configuration, u.Reason))]);

    /// <summary>"Tosatti, KVM Forum 2010: end of interrupt at the local APIC: 4,677 (apic=xapic), 2,366 (apic=x2apic) cycles".</summary>
    private static string Describe(PublishedFigure figure) => $"{figure.Source}: {figure.Measured}: {SuiteSentence.Values(figure)}";

    private static string Kinds(IScenario scenario) => string.Join(" or ", Workloads(scenario).Select(w => w.Kind.Name()).Distinct());

    private static string Answerers(IScenario scenario) =>
        string.Join(" or ", Workloads(scenario).Select(w => w.Destination == Destination.Kernel ? "the kernel" : "the VMM").Distinct());

    /// <summary>What it does with every word that a setting can take, the others at their defaults.</summary>
    private static IEnumerable<Workload> Workloads(IScenario scenario) =>
        Choices(scenario).Select(c => scenario.Workload(scenario.Modes[0], c.Values));

    /// <summary>The first configuration that this host cannot run for each reason there is.</summary>
    private static IEnumerable<(string Configuration, string Reason)> Unsupported(IScenario scenario, HostFeatures host) =>
        from choice in Choices(scenario)
        let refusal = scenario.Refuse(choice.Values, host)
        where refusal is { ByHost: true }
        group choice.Configuration.Name by refusal.Sentence into reason
        select (reason.First(), reason.Key);

    private static IEnumerable<SweptConfiguration> Choices(IScenario scenario)
    {
        var assignments = scenario.Settings.Where(s => s.Choices != null).Select(s => $"{s.Name}={string.Join(',', s.Choices!)}");
        return assignments.SelectMany(a => SettingValues.Sweep(scenario, [a])).Concat(SettingValues.Sweep(scenario, []));
    }
}
