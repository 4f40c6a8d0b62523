using System.Diagnostics;
using System.Globalization;

namespace ExitProf.Benchmarks;

/// <summary>Files to import, made of <see cref="RecordedPages"/> by the tools that made their formats, where they can.</summary>
internal static class ImportInputs
{
    public const string Argument = "import-input";

    private const string PrintFormat = "name: print\nID: 5\nformat:\n"
        + "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
        + "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
        + "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
        + "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
        + "\tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;\n\tfield:char buf[];\toffset:16;\tsize:0;\tsigned:0;\n\n"
        + "print fmt: \"%s\", REC->buf\n";

    /// <summary>Makes one file: <c>import-input trace.dat|perf.data EVENTS FILE</c>.</summary>
    public static int Make(string kind, string events, string file)
    {
        var pages = new RecordedPages(ReadKinds.Root());
        int copies = pages.Copies(long.Parse(events, CultureInfo.InvariantCulture));
        if (kind == "trace.dat") TraceDat(pages, copies, file);
        else PerfDataInput.Write(pages, copies, file);
        return 0;
    }

    /// <summary>trace-cmd makes its file of a copy of tracefs with the recorded host's formats, and of each CPU's pages.</summary>
    public static void TraceDat(RecordedPages pages, int copies, string file)
    {
        string folder = Directory.CreateTempSubdirectory("exitprof-benchmark-").FullName;
        try
        {
            string tracing = Path.Combine(folder, "tracing"), events = Path.Combine(tracing, "events");
            // trace-cmd does not survive a tracefs without an event of its own.
            string own = Path.Combine(events, "ftrace", "print");
            Directory.CreateDirectory(own);
            File.WriteAllText(Path.Combine(own, "format"), PrintFormat);
            foreach (string name in (string[])["header_page", "header_event"])
                File.Copy(Path.Combine(pages.Host, "formats", name), Path.Combine(events, name));
            foreach (string format in pages.FormatFiles)
            {
                string place = Path.Combine([events, .. Path.GetFileNameWithoutExtension(format).Split("__", 2)]);
                Directory.CreateDirectory(place);
                File.Copy(format, Path.Combine(place, "format"));
            }
            foreach (string empty in (string[])["printk_formats", "saved_cmdlines", "kallsyms"])
                File.WriteAllText(Path.Combine(tracing, empty), "");
            File.WriteAllText(Path.Combine(tracing, "trace_clock"), "[local] global x86-tsc\n");
            string head = Path.Combine(folder, "head.dat");
            Run("trace-cmd", null, "restore", "-c", "-t", tracing, "-k", Path.Combine(tracing, "kallsyms"), "-o", head);
            var raw = new List<string>();
            for (int cpu = 0; cpu < RecordedPages.Cpus; cpu++)
            {
                raw.Add(Path.Combine(folder, $"cpu{cpu}.raw"));
                using FileStream stream = File.Create(raw[cpu]);
                pages.Write(stream, cpu, copies);
            }
            Run("trace-cmd", null, ["restore", "-i", head, "-o", file, .. raw]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs a tool to its end.</summary>
    /// <param name="output">Takes what it prints; null drops it.</param>
    /// <returns>Its CPU seconds, user and system, by the clock of the process (wait4's are too coarse for short ones).</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static double Run(string tool, string? output, params string[] arguments)
    {
        // The shell sends the output away, and its clock has hundredths of a second.
        string to = output is null ? "/dev/null" : output;
        const string Timed = "TIMEFORMAT='%U %S'; time \"$@\" > \"$0\" 2> /dev/null";
        var start = new ProcessStartInfo("/bin/bash", ["-c", Timed, to, tool, .. arguments])
        {
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start)!;
        string[] times = process.StandardError.ReadToEnd().Trim().Split('\n')[^1].Split(' ');
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{tool} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        return times.Sum(t => double.Parse(t, CultureInfo.InvariantCulture));
    }
}
