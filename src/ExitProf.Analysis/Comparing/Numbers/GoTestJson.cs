using System.Text;
using System.Text.Json;

namespace ExitProf.Analysis;

/// <summary>
/// What <c>go test -json</c> prints (go doc test2json): an object a line, each with a piece of what the test of a package printed.
/// </summary>
internal static class GoTestJson
{
    /// <summary>True of a line of it; a single object of other JSON has no such fields.</summary>
    public static bool Recognises(NumberText text)
    {
        string first = text.Lines.FirstOrDefault(l => l.Trim().Length > 0) ?? "";
        if (!first.TrimStart().StartsWith('{')) return false;
        try
        {
            using JsonDocument line = JsonDocument.Parse(first);
            // A line about the build names the package by its import path.
            return line.RootElement.Text("Action").Length > 0
                && (line.RootElement.Text("Package").Length > 0 || line.RootElement.Text("ImportPath").Length > 0);
        }
        catch (JsonException)
        {
            // An object over several lines.
            return false;
        }
    }

    /// <summary>What the tests printed, one package after the other: a line of a benchmark comes in two pieces.</summary>
    /// <exception cref="InputException">A line is not JSON.</exception>
    public static NumberText Printed(NumberText text)
    {
        var printed = new Dictionary<string, StringBuilder>();
        for (int i = 0; i < text.Lines.Length; i++)
        {
            string line = text.Lines[i];
            if (line.Trim().Length == 0) continue;
            using JsonDocument json = JsonFields.Parse(text with { Lines = [line], Skipped = text.Skipped + i });
            if (json.RootElement.Text("Action") != "output") continue;
            string package = json.RootElement.Text("Package");
            if (!printed.TryGetValue(package, out StringBuilder? own))
                printed[package] = own = new StringBuilder();
            own.Append(json.RootElement.Text("Output"));
        }
        return text with { Lines = [.. printed.Values.SelectMany(p => p.ToString().Split('\n'))], Skipped = 0 };
    }
}
