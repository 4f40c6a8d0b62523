using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf;

/// <summary><c>exitprof report</c>: traces into a table, a page, pictures.</summary>
internal static class ReportCommand
{
    private static readonly string[] Typed =
    [
        "exitprof report pio-out/pio-out.nettrace delay.nettrace -o page --png",
        "exitprof report --summaries --merge-by kernel fleet/*.nettrace",
    ];

    public static Command Create()
    {
        var traces = new Argument<FileInfo[]>("trace")
        {
            Description = "One or more .nettrace files; several come out on one page and one scale. - reads one from stdin, once and in flat memory.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<DirectoryInfo?>("--output", "-o")
        {
            Description = "The folder for the result, or a page's name in .html; without it the result goes to stdout.",
        };
        var png = new Option<bool>("--png") { Description = "Also draw the pictures as PNG, light and dark, 1,920 pixels across." };
        var svg = new Option<bool>("--svg") { Description = "Also write the pictures as SVG." };
        var commandLine = new Option<bool>("--command-line")
        {
            Description = "Show the kernel's command line on the page; it is left out because pages are handed round.",
        };
        var summaries = new Option<bool>("--summaries")
        {
            Description =
                "Keep the sums of each trace next to it, in NAME.nettrace.summary, and report from those: a trace whose summary is there is not read again.",
        };
        var mergeBy = new Option<string?>("--merge-by")
        {
            Description =
                "Put traces of one scenario together whose hosts have the same kernel or CPU, or are the same in all that is known of them (host).",
        };
        mergeBy.AcceptOnlyFromAmong([.. TraceMerge.Keys]);
        var format = new Option<string?>("--format") { Description = "The form of the result: html with -o, else text, if not given." };
        format.AcceptOnlyFromAmong("html", "text", "json", "markdown", "md", "csv");
        var command = new Command(
            "report",
            "Show traces: stage tables, a page, pictures. Needs no KVM."
        )
        {
            traces,
            output,
            png,
            svg,
            commandLine,
            summaries,
            mergeBy,
            format,
        };
        command.WithExamples(Typed);
        command.SetAction(parsed =>
            Report(
                CommandConsole.Of(parsed),
                parsed.GetValue(traces)!,
                parsed.GetValue(output),
                (parsed.GetValue(png), parsed.GetValue(svg)),
                parsed.GetValue(commandLine),
                (parsed.GetValue(summaries), parsed.GetValue(mergeBy)),
                parsed.GetValue(format)
                    ?? (parsed.GetValue(output) != null || parsed.GetValue(png) || parsed.GetValue(svg) ? "html" : "text")
            )
        );
        return command;
    }

    private static int Report(
        CommandConsole console,
        FileInfo[] files,
        DirectoryInfo? folder,
        (bool Png, bool Svg) pictures,
        bool commandLine,
        (bool Summaries, string? MergeBy) sums,
        string format
    )
    {
        if (files.GroupBy(f => f.FullName).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
            throw new UsageException($"{twice.First().Name} is given twice.");
        if (folder == null && (pictures.Png || pictures.Svg))
            throw new UsageException("Give the folder for page and pictures by -o.");
        bool drawn = format == "html" || pictures.Png || pictures.Svg;
        IReadOnlyList<TraceSummary> traces = sums.MergeBy is { } by
            ? TraceFiles.Merge([.. files.Select(PathOf)], by, sums.Summaries)
            : Read(console, files, sums.Summaries, drawn);
        if (folder == null && format == "html")
        {
            HtmlReport.Write(console.Out, traces, commandLine);
            return ExitCode.Done;
        }
        switch (format)
        {
            case "html":
                (folder, string page) = ReportFiles.PageOf(folder!);
                console.Out.WriteLine(ReportFiles.Shown(ReportFiles.WritePage(folder, traces, commandLine, page)));
                break;
            case "json":
                Write(console, folder, "report.json", stream => JsonReport.Write(stream, traces));
                break;
            case "csv":
                Write(console, folder, "report.csv", stream => WriteText(stream, w => CsvReport.Write(w, traces)));
                break;
            case "markdown" or "md":
                if (folder == null) MarkdownReport.Write(console.Out, traces);
                else Write(console, folder, "report.md", stream => WriteText(stream, w => MarkdownReport.Write(w, traces)));
                break;
            default:
                if (folder == null) TextReport.Write(console.Out, traces, console.Columns, console.Colour);
                else Write(console, folder, "report.txt", stream => WriteText(stream, w => TextReport.Write(w, traces)));
                break;
        }
        foreach (string picture in pictures.Png ? ReportFiles.WritePng(folder!, traces) : [])
            console.Out.WriteLine(ReportFiles.Shown(picture));
        foreach (string picture in pictures.Svg ? ReportFiles.WriteSvg(folder!, traces) : [])
            console.Out.WriteLine(ReportFiles.Shown(picture));
        return ExitCode.Done;
    }

    /// <param name="kept">Whether sums next to the traces are used.</param>
    /// <param name="drawn">Whether pictures over time are wanted, for which a trace is read once more.</param>
    private static TraceSummary[] Read(CommandConsole console, FileInfo[] files, bool kept, bool drawn)
    {
        using var progress = ReadingProgress.Of(console, files, drawn ? 2 : 1);
        string[] paths = [.. files.Select(PathOf)];
        IEnumerable<TraceSummary> summaries = kept
            ? TraceFiles.SummariseKept(paths, progress)
            : paths.Select(path => TraceFiles.Summarise(path, Environment.ProcessorCount, progress));
        return [.. drawn ? summaries.Zip(paths, (summary, path) => TraceFiles.WithTimeline(summary, path, progress)) : summaries];
    }

    /// <summary>The whole path, because messages name it; "-" is stdin.</summary>
    private static string PathOf(FileInfo file) => file.ToString() == "-" ? "/dev/stdin" : file.FullName;

    private static void WriteText(Stream stream, Action<TextWriter> write)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        write(writer);
    }

    private static void Write(CommandConsole console, DirectoryInfo? folder, string name, Action<Stream> write)
    {
        if (folder == null)
        {
            console.Write(write);
            return;
        }
        folder.Create();
        string path = Path.Combine(folder.FullName, name);
        WholeFile.Write(path, write);
        console.Out.WriteLine(ReportFiles.Shown(path));
    }
}
