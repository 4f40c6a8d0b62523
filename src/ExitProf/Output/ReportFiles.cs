using System.Text;
using ExitProf.Analysis;
using ExitProf.Charts;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>Writes a report's forms into a folder.</summary>
internal static class ReportFiles
{
    private const string Index = "index.html";

    /// <summary>A name in .html that is no folder yet is the page's own.</summary>
    public static (DirectoryInfo Folder, string Page) PageOf(DirectoryInfo given) =>
        given.Name.EndsWith(".html", StringComparison.OrdinalIgnoreCase) && !given.Exists && given.Parent is { } parent
            ? (parent, given.Name)
            : (given, Index);

    /// <returns>The page.</returns>
    public static string WritePage(
        DirectoryInfo folder, IReadOnlyList<TraceSummary> traces, bool commandLine = false, string page = Index)
    {
        string path = Path.Combine(folder.FullName, page);
        folder.Create();
        WholeFile.WriteText(path, writer => HtmlReport.Write(writer, traces, commandLine));
        return path;
    }

    /// <summary>Writes each chart as PNG, light and dark, 1,920 pixels across, on all cores.</summary>
    /// <returns>The pictures.</returns>
    public static IReadOnlyList<string> WritePng(DirectoryInfo folder, IReadOnlyList<TraceSummary> traces)
    {
        var drawn = new List<Task<string>>();
        foreach (NamedChart c in Pictures.Of(traces))
        {
            drawn.Add(Task.Run(() => Write(folder, c.Name + ".png", Picture.Png(c.Chart, Scheme.Light))));
            drawn.Add(Task.Run(() => Write(folder, c.Name + "-dark.png", Picture.Png(c.Chart, Scheme.Dark))));
        }
        return Task.WhenAll(drawn).GetAwaiter().GetResult();
    }

    /// <summary>Writes each chart as SVG: light, and dark where the reader's system is.</summary>
    /// <returns>The pictures.</returns>
    public static IReadOnlyList<string> WriteSvg(DirectoryInfo folder, IReadOnlyList<TraceSummary> traces) =>
        [.. Pictures.Of(traces).Select(c => Write(folder, c.Name + ".svg", Encoding.UTF8.GetBytes(Picture.Standalone(c.Chart))))];

    private static string Write(DirectoryInfo folder, string name, byte[] picture)
    {
        folder.Create();
        string path = Path.Combine(folder.FullName, name);
        WholeFile.Write(path, stream => stream.Write(picture));
        return path;
    }

    /// <summary>A path as short as it can be said from the current folder.</summary>
    public static string Shown(string path)
    {
        string relative = Path.GetRelativePath(".", path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
