using System.CommandLine;
using System.Text.Json;
using ExitProf.Recording;
using ExitProf.Reports;
using Spectre.Console;

namespace ExitProf;

/// <summary><c>exitprof doctor</c>: what this host can measure, what hides, why, the remedy.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var format = OutputFormat.Option("text", "json");
        var command = new Command("doctor", "Find out what this host can measure, what hides, why, and what would help. Exits with 0 even on a poor host.\n\n"
            + "Example: exitprof doctor --format json") { format };
        command.SetAction(parsed =>
        {
            IReadOnlyList<HostCheck> checks = Doctor.Examine();
            var console = CommandConsole.Of(parsed);
            if (parsed.GetValue(format) == "json") console.Write(stream => WriteJson(stream, checks));
            else TextPage.Write(console.Out, console.Columns, console.Colour, page => WriteText(page, checks));
            return ExitCode.Done;
        });
        return command;
    }

    private static void WriteText(TextPage page, IReadOnlyList<HostCheck> checks)
    {
        int names = checks.Max(c => c.Name.Length) + 1;
        foreach (HostCheck check in checks)
        {
            Color colour = check.State switch { CheckState.Ok => Color.Green, CheckState.Limited => Color.Yellow, _ => Color.Red };
            page.Entry($"{check.State.Name(),-8} {check.Name}", 9 + names, check.Found, new Style(colour));
            if (check.Remedy.Length > 0) page.Entry("", 9 + names, "-> " + check.Remedy);
        }
    }

    private static void WriteJson(Stream stream, IReadOnlyList<HostCheck> checks)
    {
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            json.WriteStartArray("checks");
            foreach (HostCheck check in checks)
            {
                json.WriteStartObject();
                json.WriteString("name", check.Name);
                json.WriteString("state", check.State.Name());
                json.WriteString("found", check.Found);
                json.WriteString("remedy", check.Remedy);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
    }
}
