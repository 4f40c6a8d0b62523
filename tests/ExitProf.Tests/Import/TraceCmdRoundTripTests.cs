using ExitProf.Tests.Ftrace;

namespace ExitProf.Tests.Import;

/// <summary>Recorded pages through trace-cmd and back: its trace.dat and its report against the direct reading of the same pages.</summary>
public sealed class TraceCmdRoundTripTests
{
    public static TheoryData<string> Scenarios()
    {
        var scenarios = new TheoryData<string>();
        string hosts = HostSample.FixturesFolder;
        foreach (string host in (string[])["svm-6.1-cloud-qemu", "vmx-6.1-cloud-bochs"])
        {
            foreach (string raw in Directory.GetFiles(Path.Combine(hosts, host), "cpu*.raw", SearchOption.AllDirectories))
                scenarios.Add(Path.GetRelativePath(hosts, Path.GetDirectoryName(raw)!));
        }
        return scenarios;
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Every_version_of_trace_cmds_file_and_its_report_give_the_exits_of_the_pages(string scenario)
    {
        string[] parts = scenario.Split('/');
        var direct = HostSample.Fixture(parts[0], parts[1]).Exits().Where(e => e.HasExit).ToList();
        using var folder = new TemporaryFolder();
        string file = Restore(folder.Path, Path.Combine(HostSample.FixturesFolder, parts[0]), parts[1]);
        Compare(direct, file);
        foreach (string packing in (string[])["none", "zstd"])
        {
            string converted = Path.Combine(folder.Path, packing + ".dat");
            RealTool.Run("trace-cmd", "convert", "-i", file, "-o", converted, "--file-version", "7", "--compression", packing);
            Compare(direct, converted);
        }
        // -t prints all digits. Its plugin has its own words for reasons, so the rows are compared by time.
        var report = ImportedText.Of(RealTool.Run("trace-cmd", "report", "-t", "-i", file).Out);
        Assert.Equal(direct.Select(e => e.Times[0]), report.Exits.Select(e => e.Start));
        Assert.Equal(direct.Select(e => e.HasEntry ? e.Times[^1] - e.Times[0] : (ulong?)null), report.Exits.Select(e => e.Duration));
    }

    private const string PrintFormat = "name: print\nID: 5\nformat:\n"
        + "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
        + "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
        + "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
        + "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
        + "\tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;\n\tfield:char buf[];\toffset:16;\tsize:0;\tsigned:0;\n\n"
        + "print fmt: \"%s\", REC->buf\n";

    private static void Compare(List<CopiedExit> direct, string file)
    {
        var read = ImportedText.Of(File.ReadAllBytes(file));
        Assert.True(direct.Count > 10);
        // Of the exit that the recording cuts, only an import reads the address that kvm_exit itself has.
        int whole = direct.Count(e => e.HasEntry);
        Assert.Equal(direct.Select(e => (e.Reason, e.KvmExit)), read.Exits.Select(e => (e.Reason, e.KvmExit)));
        Assert.Equal(direct.Take(whole).Select(e => e.Subkey), read.Exits.Take(whole).Select(e => e.Subkey));
        Assert.Equal(direct.SelectMany(e => e.Times), read.Exits.SelectMany(e => e.Stamps));
    }

    /// <summary>trace-cmd makes its file of a copy of tracefs, which has the recorded host's formats, and of each CPU's pages.</summary>
    private static string Restore(string folder, string host, string scenario)
    {
        string tracing = Path.Combine(folder, "tracing"), events = Path.Combine(tracing, "events");
        // trace-cmd does not survive a tracefs without an event of its own.
        Directory.CreateDirectory(Path.Combine(events, "ftrace", "print"));
        File.WriteAllText(Path.Combine(events, "ftrace", "print", "format"), PrintFormat);
        foreach (string name in (string[])["header_page", "header_event"])
            File.Copy(Path.Combine(host, "formats", name), Path.Combine(events, name));
        foreach (string format in Directory.GetFiles(Path.Combine(host, "formats"), "*.format"))
        {
            string[] name = Path.GetFileNameWithoutExtension(format).Split("__", 2);
            string place = Path.Combine(events, name[0], name[1]);
            Directory.CreateDirectory(place);
            File.Copy(format, Path.Combine(place, "format"));
        }
        foreach (string empty in (string[])["printk_formats", "saved_cmdlines", "kallsyms"]) File.WriteAllText(Path.Combine(tracing, empty), "");
        File.WriteAllText(Path.Combine(tracing, "trace_clock"), "[local] global x86-tsc\n");
        string head = Path.Combine(folder, "head.dat"), file = Path.Combine(folder, "trace.dat");
        RealTool.Run("trace-cmd", "restore", "-c", "-t", tracing, "-k", Path.Combine(tracing, "kallsyms"), "-o", head);
        string raw = Directory.GetFiles(Path.Combine(host, scenario), "cpu*.raw").Single();
        RealTool.Run("trace-cmd", "restore", "-i", head, "-o", file, raw);
        return file;
    }
}
