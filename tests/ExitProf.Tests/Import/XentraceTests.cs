using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>Recordings of Xen, in the binary form of xentrace and in the text of xentrace_format.</summary>
public sealed class XentraceTests
{
    /// <summary>One domain of two vCPUs on two CPUs: each exits, and vCPU 1 moves while the hypervisor answers it.</summary>
    internal static XentraceBuilder Sample(bool svm = false)
    {
        uint io = svm ? 0x7bu : 30, cpuid = svm ? 0x72u : 10, msr = svm ? 0x7cu : 32, page = svm ? 0x400u : 48, hlt = svm ? 0x78u : 12;
        return new XentraceBuilder()
            .Cpu(0).Runs(1000, 5, 0).Exits(2000, 2600, cpuid, 0x8200e, 0x40000001, 0, 0, 0, 0)
            .Exits(3000, 3700, io, 0x82006, 0x64, 1).Exits(4000, 5000, page, 0x82021, 0xfee000b0, 1, 0, 0)
            .Cpu(1).Runs(1100, 5, 1).Exits(2100, 2300, msr, 0x8200d, 0x6e0, 1, 0).Exits(6000, 0, io, 0x82006, 0x60, 1)
            .State(6200, 5, 1, 0, 1)
            .Cpu(0).Exits(7000, 0, hlt).State(7100, 5, 0, 0, 2).Runs(7200, 5, 1).Record(XentraceBuilder.Entry, 7500);
    }

    [Theory]
    [InlineData(false, "CPUID 600, MSR_WRITE 200, IO_INSTRUCTION 700, EPT_VIOLATION 1000, IO_INSTRUCTION 1500, HLT -")]
    [InlineData(true, "cpuid 600, msr 200, io 700, npf 1000, io 1500, hlt -")]
    public void Exits_are_paired_by_vcpu_across_cpus(bool svm, string summary)
    {
        var read = ImportedText.Of(Sample(svm).ToArray());
        Assert.Equal(summary, read.Summary);
        Assert.Equal(svm ? Backend.Svm : Backend.Vmx, read.Header.Backend);
        Assert.Equal(["d5v0", "d5v1"], read.Threads.Select(t => t.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(1, read.Count("exit-moved"));
        Assert.Equal([0x40000001ul, 0x6e0, 0x64, 0x1fee000b0, 0x60], read.Exits.Take(5).Select(e => e.Subkey));
        // Records of handlers have no time: they begin no step.
        Assert.All(read.Exits, e => Assert.InRange(e.Stamps.Length, 1, 4));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_text_of_xentrace_format_says_the_same(bool svm)
    {
        XentraceBuilder sample = Sample(svm);
        string text = sample.Text.TrimEnd() + "\nCPU0  7500 (+     300)  VMENTRY\n";
        ImportedText binary = ImportedText.Of(sample.ToArray()), printed = ImportedText.Of(text);
        Assert.Equal(ImportFormat.Xentrace, printed.Reading.Format);
        Assert.Equal(binary.Summary, printed.Summary);
        Assert.Equal(binary.Exits.Select(e => (e.Tid, e.Subkey)), printed.Exits.Select(e => (e.Tid, e.Subkey)));
    }

    [Fact]
    public void A_vcpu_that_is_on_two_cpus_at_once_shows_that_their_clocks_differ()
    {
        byte[] file = new XentraceBuilder()
            .Cpu(0).Runs(1000, 5, 0).Exits(2000, 2600, 10).Exits(9000, 0, 12).State(9500, 5, 0, 0, 1)
            .Cpu(1).Runs(9200, 5, 0).Record(XentraceBuilder.Entry, 9900).Exits(10000, 10700, 10).ToArray();
        var read = ImportedText.Of(file);
        Finding skew = Assert.Single(read.Findings, f => f.Id == "time-backwards");
        Assert.Contains("by 300 ticks at most (from CPU 0 to CPU 1)", skew.Text);
        Assert.Equal("CPUID 600, HLT -, CPUID 700", read.Summary);
    }

    [Fact]
    public void Where_records_were_lost_nothing_is_paired()
    {
        byte[] file = new XentraceBuilder().Cpu(0).Runs(1000, 5, 0).Exits(2000, 0, 10).Lost(2100, 42)
            .Record(XentraceBuilder.Entry, 2600).Exits(3000, 3500, 10).ToArray();
        var read = ImportedText.Of(file);
        Assert.Equal("CPUID -, CPUID 500", read.Summary);
        Assert.Contains("lost 42 events", Assert.Single(read.Findings, f => f.Id == "events-lost").Text);
    }

    [Fact]
    public void Without_the_scheduler_nobody_knows_whose_exits_they_are()
    {
        var read = ImportedText.Of(new XentraceBuilder().Cpu(0).Exits(2000, 2600, 10).ToArray());
        Assert.Empty(read.Exits);
        Assert.Equal(2, read.Count("no-thread"));
        Assert.Contains("xentrace -e", Assert.Single(read.Findings, f => f.Id == "no-exits-recorded").Text);
    }

    [Fact]
    public void A_file_cut_anywhere_gives_what_comes_before()
    {
        byte[] file = Sample().ToArray();
        int before = 0, whole = ImportedText.Of(file).Exits.Count;
        for (int length = 12; length <= file.Length; length++)
        {
            int exits = ImportedText.Of(file[..length]).Exits.Count;
            Assert.InRange(exits, before, whole);
            before = exits;
        }
        Assert.Equal(whole, before);
    }

    [Fact]
    public void A_window_that_ends_inside_a_record_is_counted_and_the_next_one_is_read()
    {
        byte[] first = new XentraceBuilder().Cpu(0).Runs(1000, 5, 0).Exits(2000, 2600, 10).ToArray();
        byte[] file = [.. first[..^4], .. new XentraceBuilder().Cpu(0).Exits(3000, 3500, 10).ToArray()];
        // The window says that the first entry is four bytes shorter than it is.
        file[8] -= 4;
        var read = ImportedText.Of(file);
        Assert.Equal(1, read.Count("records-damaged"));
        Assert.Contains("CPUID 500", read.Summary);
    }
}
