using System.CommandLine;
using System.Runtime.ExceptionServices;
using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>Prints a comparison in the form that was asked for, and writes it to files in others.</summary>
internal static class VerdictOutput
{
    private static readonly string Extensions = string.Join(", ", VerdictWriters.All.Select(w => w.Extension));

    /// <summary>The first is the default.</summary>
    public static string[] Formats => [.. VerdictWriters.All.Select(w => w.Name)];

    public static Option<FileInfo[]> Reports()
    {
        var reports = new Option<FileInfo[]>("--report")
        {
            Description = $"Write the result to a file too, in the form that its name ends in ({Extensions}). May be repeated.",
            HelpName = "file",
        };
        reports.Validators.Add(result =>
        {
            foreach (string name in result.Tokens.Select(t => t.Value).Where(n => VerdictWriters.ForFile(n) == null))
            {
                result.AddError($"--report takes a file whose name ends in {Extensions}, not '{name}'.");
            }
        });
        return reports;
    }

    /// <summary>
    /// Opens what is to be written, before anything is measured for it. What was there stays as it was, and what was not there is gone
    /// again.
    /// </summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static void Try(FileInfo[]? files)
    {
        foreach (FileInfo file in files ?? [])
        {
            if (!file.Exists) TryNew(file);
            else WholeFile.Try(file.FullName);
        }
    }

    private static void TryNew(FileInfo file)
    {
        var made = new List<DirectoryInfo>();
        for (DirectoryInfo? above = file.Directory; above is { Exists: false }; above = above.Parent) made.Add(above);
        try
        {
            file.Directory!.Create();
            WholeFile.Try(file.FullName);
        }
        finally
        {
            // From the innermost on; none that somebody else put something into.
            foreach (DirectoryInfo folder in made.Where(f => Directory.Exists(f.FullName) && !f.EnumerateFileSystemInfos().Any()))
                folder.Delete();
        }
    }

    /// <summary>Stdout comes first: a file that cannot be written takes nothing from the verdict, nor from the other files.</summary>
    /// <param name="files">Where else it goes.</param>
    public static void Write(CommandConsole console, ComparisonSummary comparison, string format, FileInfo[]? files)
    {
        var page = new VerdictPage(comparison);
        Print(console, page, format);
        Exception? failure = null;
        foreach (FileInfo file in files ?? [])
        {
            try
            {
                file.Directory!.Create();
                WholeFile.Write(file.FullName, stream => VerdictWriters.ForFile(file.Name)!.Write(stream, page));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failure ??= e;
            }
        }
        if (failure != null) ExceptionDispatchInfo.Throw(failure);
    }

    private static void Print(CommandConsole console, VerdictPage page, string format)
    {
        if (format == Formats[0])
        {
            VerdictText.Write(console.Out, page, console.Columns, console.Colour);
            return;
        }
        console.Write(stream => VerdictWriters.Get(format).Write(stream, page));
    }
}
