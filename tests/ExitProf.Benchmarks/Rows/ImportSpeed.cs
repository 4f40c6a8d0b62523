using System.Globalization;

namespace ExitProf.Benchmarks;

/// <summary>
/// How fast one core imports what perf and trace-cmd recorded, beside these tools on the same files. What is measured alternates with the
/// peer; CPU time counts, user and system. Needs no KVM.
/// </summary>
internal sealed class ImportSpeed : IBenchmark
{
    private const long Events = 4_000_000;

    /// <summary>A file so many times as long: in it the start of a process and the compiling of its code count for little.</summary>
    private const int TimesLonger = 5;
    private const int Rounds = 8;

    /// <summary>
    /// The runtime compiles most methods once more when it has time: on an idle CPU the fifth pass was the first without any of that.
    /// </summary>
    private const int WarmUp = 6;
    private const int Passes = 9;

    public string Name => "imports";

    /// <summary>A file of each format, what the peer is asked, and the target in millions of events or lines a second.</summary>
    private sealed record Input(string Kind, string File, string Longer, double Target, string Tool, string[] Question);

    public IEnumerable<BenchmarkRow> Run(BenchmarkHost host)
    {
        if (Missing() is { } missing)
            return [BenchmarkRow.Skip(Name, "imports", "", "M events/s", null, $"{missing} is not installed", atLeast: true)];
        string folder = Directory.CreateTempSubdirectory("exitprof-benchmark-").FullName;
        try
        {
            return [.. Inputs(folder).SelectMany(i => Rows(host, i, folder))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? Missing() => ((string[])["perf", "trace-cmd"]).FirstOrDefault(tool =>
        !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, tool))));

    private static List<Input> Inputs(string folder)
    {
        var pages = new RecordedPages(ReadKinds.Root());
        int copies = pages.Copies(Events);
        string[] files = Files(pages, copies, Path.Combine(folder, "short")), longer = Files(pages, copies * TimesLonger,
            Path.Combine(folder, "long"));
        string perf = files[0], dat = files[1];
        string[] kvmStat = ["kvm", "--guest", "-i", perf, "stat", "report", "--event=vmexit"], toText = ["report", "-i", dat];
        return
        [
            new Input("perf.data", perf, longer[0], 15, "perf", kvmStat),
            new Input("trace.dat", dat, longer[1], 20, "trace-cmd", toText),
            new Input("trace-cmd report", files[2], longer[2], 5, "trace-cmd", toText),
            new Input("perf script", files[3], longer[3], 5, "perf", ["script", "-i", perf]),
        ];
    }

    private static string[] Files(RecordedPages pages, int copies, string folder)
    {
        Directory.CreateDirectory(folder);
        string perf = Path.Combine(folder, "perf.data"), dat = Path.Combine(folder, "trace.dat");
        PerfDataInput.Write(pages, copies, perf);
        ImportInputs.TraceDat(pages, copies, dat);
        string report = Path.Combine(folder, "report.txt"), script = Path.Combine(folder, "script.txt");
        ImportInputs.Run("trace-cmd", report, "report", "-i", dat);
        ImportInputs.Run("perf", script, "script", "-i", perf);
        return [perf, dat, report, script];
    }

    private IEnumerable<BenchmarkRow> Rows(BenchmarkHost host, Input input, string folder)
    {
        var seconds = new Dictionary<string, List<double>> { ["import"] = [], ["read"] = [], ["command"] = [], ["long"] = [], ["peer"] = [] };
        long events = 0;
        string command = Path.Combine(ReadKinds.Built(), "exitprof.dll"), output = Path.Combine(folder, "out.nettrace");
        for (int round = 0; round < Rounds; round++)
        {
            foreach (string part in (string[])["import", "read"])
            {
                (events, double[] passes) = ImportChild.Start(host.Cpu, input.File, part, Passes);
                seconds[part].AddRange(passes[WarmUp..]);
            }
            foreach ((string part, string file) in File.Exists(command) ? [("command", input.File), ("long", input.Longer)]
                : Array.Empty<(string, string)>())
                seconds[part].Add(ImportInputs.Run("dotnet", null, command, "import", file, "-o", output, "--quiet"));
            seconds["peer"].Add(ImportInputs.Run(input.Tool, null, input.Question));
        }
        IEnumerable<string> question = input.Question.Select(w => w.StartsWith(folder, StringComparison.Ordinal) ? "FILE" : w);
        string peer = $"{input.Tool} {string.Join(' ', question)}";
        string unit = input.Target > 10 ? "M events/s" : "M lines/s", key = input.Kind.Replace(' ', '-').Replace('.', '-');
        double bytes = new FileInfo(input.File).Length;
        foreach ((string part, List<double> all) in seconds.Where(p => p.Value.Count > 0))
        {
            long count = part == "long" ? events * TimesLonger : events;
            double[] rates = [.. all.Select(s => count / s / 1e6)];
            yield return BenchmarkRow.Of(
                $"{Name}-{key}-{part}",
                $"{input.Kind}: {(part == "peer" ? peer : What(part))}",
                "",
                unit,
                RankEstimate.Centre(rates),
                part == "import" ? input.Target : null,
                string.Create(CultureInfo.InvariantCulture, $"best {rates.Max():F1}, median {RankEstimate.Median(rates):F1}; median ")
                    + string.Create(CultureInfo.InvariantCulture, $"{RankEstimate.Median(all):F3} s of CPU time; {count:N0} events, ")
                    + string.Create(CultureInfo.InvariantCulture, $"{bytes / events * count / 1e6:N0} MB"),
                atLeast: true);
        }
    }

    private static string What(string part) => part switch
    {
        "import" => "all that the command does, in a process that has done it six times",
        "read" => "the same without writing the trace",
        "long" => "the same of 20 M events",
        _ => "exitprof import as a process, its start included",
    };
}
