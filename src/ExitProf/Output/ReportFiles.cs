using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Reports.Charts;
using ExitProf.Reports.Charts.Png;

namespace ExitProf;

/// <summary>Writes a report's forms into a folder.</summary>
internal static class ReportFiles
{
    /// <returns>The page.</returns>
    public static string WritePage(DirectoryInfo folder, IReadOnlyList<TraceSummary> traces)
    {
        string path = Path.Combine(folder.FullName, "index.html");
        folder.Create();
        using var writer = new StreamWriter(path);
        HtmlReport.Write(writer, traces);
        return path;
    }

    /// <returns>The pictures.</returns>
    /// <exception cref="PictureLibraryException">librsvg is missing; the message names the package.</exception>
    public static IReadOnlyList<string> WritePictures(DirectoryInfo folder, IReadOnlyList<TraceSummary> traces)
    {
        var paths = new List<string>();
        foreach (Picture picture in Pictures.Of(traces))
        {
            byte[] png = PngPicture.Draw(picture.Svg);
            folder.Create();
            string path = Path.Combine(folder.FullName, picture.Name + ".png");
            File.WriteAllBytes(path, png);
            paths.Add(path);
        }
        return paths;
    }

    /// <summary>A path as short as it can be said from the current folder.</summary>
    public static string Shown(string path)
    {
        string relative = Path.GetRelativePath(".", path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
