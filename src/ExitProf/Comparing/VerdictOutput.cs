using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Reports;

namespace ExitProf;

/// <summary>Prints a comparison in the form that was asked for, and writes it to files in others.</summary>
internal static class VerdictOutput
{
    /// <summary>The first is the default.</summary>
    public static readonly string[] Formats = ["text", "html", "json", "markdown", "junit"];

    private static readonly Dictionary<string, string> ByExtension = new() { [".txt"] = "text", [".html"] = "html", [".json"] = "json", [".md"] = "markdown", [".xml"] = "junit" };

    public static Option<FileInfo[]> Reports()
    {
        var reports = new Option<FileInfo[]>("--report") { Description = $"Write the result to a file too, in the form that its name ends in ({string.Join(", ", ByExtension.Keys)}). May be repeated.", HelpName = "file" };
        reports.Validators.Add(result =>
        {
            foreach (string name in result.Tokens.Select(t => t.Value).Where(n => !ByExtension.ContainsKey(Path.GetExtension(n))))
            {
                result.AddError($"--report takes a file whose name ends in {string.Join(", ", ByExtension.Keys)}, not '{name}'.");
            }
        });
        return reports;
    }

    /// <param name="files">Where else it goes.</param>
    public static void Write(ComparisonSummary comparison, string format, FileInfo[]? files)
    {
        foreach (FileInfo file in files ?? [])
        {
            file.Directory!.Create();
            using FileStream stream = file.Create();
            Write(stream, comparison, ByExtension[file.Extension]);
        }
        if (format == Formats[0])
        {
            VerdictText.Write(Console.Out, comparison, OutputFormat.Columns, OutputFormat.Colour);
            return;
        }
        using Stream stdout = Console.OpenStandardOutput();
        Write(stdout, comparison, format);
    }

    private static void Write(Stream stream, ComparisonSummary comparison, string format)
    {
        if (format == "json")
        {
            VerdictJson.Write(stream, comparison);
            return;
        }
        using var writer = new StreamWriter(stream, leaveOpen: true);
        if (format == "html") VerdictHtml.Write(writer, comparison);
        else if (format == "markdown") VerdictMarkdown.Write(writer, comparison);
        else if (format == "junit") JUnitReport.Write(writer, comparison, DateTime.UtcNow, Environment.MachineName);
        else VerdictText.Write(writer, comparison);
    }
}
