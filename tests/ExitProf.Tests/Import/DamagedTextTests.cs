using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>What an import makes of files that are broken on purpose: whatever a file contains, it returns.</summary>
public sealed class DamagedTextTests
{
    [Theory]
    [InlineData("0.50us ( +-  2.96.22% )")]
    [InlineData("0.50us ( +-  ٢% )")]
    public void A_figure_that_is_none_takes_no_table_with_it(string figure)
    {
        string table = "             VM-EXIT    Samples  Samples%     Time%    Min Time    Max Time         Avg time\n\n"
            + "                 HLT        10    50.00%    50.00%      0.40us      0.60us      " + figure + "\n"
            + "           MSR_WRITE        10    50.00%    50.00%      0.40us      0.60us      0.50us ( +-   1.00% )\n\n"
            + "Total Samples:,, Total events handled time:1.00us.\n";
        Assert.Contains(ImportedText.Of(table).Metrics, m => m is { Row: "MSR_WRITE", Value: 10 });
    }

    [Fact]
    public void A_text_cut_anywhere_gives_what_comes_before()
    {
        byte[] text = File.ReadAllBytes(Path.Combine(ImportedText.Folder, "ftrace_text", "01_userspace_pio_hlt_intel_2018.ftrace.txt"));
        int whole = ImportedText.Of(text).Exits.Count;
        int before = 0;
        for (int length = 40; length <= text.Length; length++)
        {
            int exits = ImportedText.Of(text[..length]).Exits.Count;
            Assert.InRange(exits, before, whole);
            before = exits;
        }
        Assert.Equal(whole, before);
    }

    [Fact]
    public void A_file_of_no_known_kind_is_refused_with_its_first_bytes()
    {
        var refused = Assert.Throws<TraceFormatException>(() => ImportedText.Of([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]));
        Assert.Contains("begins with 1f 8b 08 00 00 00 00 00, as a gzip archive", refused.Message);
        Assert.Contains("is empty", Assert.Throws<TraceFormatException>(() => ImportedText.Of([])).Message);
    }
}
