using ExitProf.Analysis;
using ExitProf.Reports;

namespace ExitProf;

/// <summary>Prints a comparison in the form that was asked for.</summary>
internal static class VerdictOutput
{
    /// <summary>The first is the default.</summary>
    public static readonly string[] Formats = ["text", "html", "json", "markdown", "junit"];

    public static void Write(ComparisonSummary comparison, string format)
    {
        switch (format)
        {
            case "html":
                VerdictHtml.Write(Console.Out, comparison);
                break;
            case "json":
                using (Stream stdout = Console.OpenStandardOutput()) VerdictJson.Write(stdout, comparison);
                break;
            case "markdown":
                VerdictMarkdown.Write(Console.Out, comparison);
                break;
            case "junit":
                JUnitReport.Write(Console.Out, comparison, DateTime.UtcNow, Environment.MachineName);
                break;
            default:
                VerdictText.Write(Console.Out, comparison, OutputFormat.Columns, OutputFormat.Colour);
                break;
        }
    }
}
