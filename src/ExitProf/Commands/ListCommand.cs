using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json;
using ExitProf.Recording;
using ExitProf.Reports;
using ExitProf.Traces;
using ExitProf.Vmm;
using Spectre.Console;

namespace ExitProf;

/// <summary><c>exitprof list</c>: what can be measured.</summary>
internal static class ListCommand
{
    private const int Schema = 1;

    /// <summary>The scenario of the README, with which every list for a newcomer begins.</summary>
    private const string First = "pio-out";

    private static readonly Style Faint = new(Color.Grey);
    private static readonly Style Strong = new(decoration: Decoration.Bold);

    public static Command Create()
    {
        var chosen = new Argument<string[]>("scenario")
        {
            HelpName = "scenario",
            Description = "Everything about these; a name may have * in it. Without one: a line for each scenario.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        chosen.CompletionSources.Add(_ => ScenarioCatalog.All.Select(s => new CompletionItem(s.Name)));
        var format = OutputFormat.Option("text", "json", "names");
        var command = new Command(
            "list",
            "Show the scenarios; of those that are named: settings, expected exits, guest modes, where each comes from."
        )
        {
            chosen,
            format,
        };
        command.WithExamples("exitprof list", "exitprof list pio-out 'icache-*'");
        command.SetAction(parsed =>
        {
            string[] names = parsed.GetValue(chosen) ?? [];
            IReadOnlyList<IScenario> scenarios = names.Length > 0 ? ScenarioCatalog.Matching(names) : ScenarioCatalog.All;
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
                    TextPage.Write(console.Out, console.Columns, console.Colour, page =>
                    {
                        if (names.Length > 0) WriteText(page, scenarios);
                        else WriteLines(page, scenarios);
                    });
                    break;
            }
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>A line for each, by what it is about; a summary that is too long ends in three dots.</summary>
    private static void WriteLines(TextPage page, IReadOnlyList<IScenario> scenarios)
    {
        int groups = scenarios.Max(s => s.Group.Name().Length) + 2, names = scenarios.Max(s => s.Name.Length) + 2;
        foreach (var group in scenarios.GroupBy(s => s.Group).OrderBy(g => g.Key))
        {
            string head = group.Key.Name();
            foreach (IScenario scenario in group.OrderByDescending(s => s.Name == First))
            {
                string summary = Cut(scenario.Summary, Math.Max(20, page.Width - groups - names));
                page.Segments([(head.PadRight(groups), Faint), (scenario.Name.PadRight(names), Strong), (summary, Style.Plain)]);
                head = "";
            }
        }
        page.Blank();
        page.Line($"exitprof list {First} shows what can be set, exitprof profile {First} measures it.");
    }

    /// <summary>Between words, where there are any.</summary>
    private static string Cut(string text, int columns)
    {
        if (text.Length <= columns) return text;
        int space = text.LastIndexOf(' ', columns - 1);
        return text[..(space > 0 ? space : columns - 1)].TrimEnd(',', ':') + "…";
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
            Entry("from", scenario.Origin);
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
