using System.Globalization;
using System.Text;

namespace ExitProf.Tests.Import;

/// <summary>
/// Texts in the dialects of kernels, tools, terminals and mail programs, made for this test: in each file of Fixtures/import/dialects a
/// line "=== what | expected" is above each text.
/// </summary>
public sealed class DialectTests
{
    private const string Lines = " CPU 0/KVM-4711  [002] 12345.000020: kvm_exit: reason HLT rip 0xfff0 info 0 0\n"
        + " CPU 0/KVM-4711  [002] 12345.000033: kvm_entry: vcpu 0\n";

    public static TheoryData<string> Events() => [.. Texts("events.txt").Keys];

    public static TheoryData<string> Tables() => [.. Texts("tables.txt").Keys];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_dialect_of_events_gives_its_exits(string name)
    {
        (string expected, string text) = Texts("events.txt")[name];
        Assert.Equal(expected, ImportedText.Of(text).Summary);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void Every_dialect_of_tables_gives_its_figures(string name)
    {
        (string expected, string text) = Texts("tables.txt")[name];
        var figures = ImportedText.Of(text).Metrics.Select(m => $"{m.Row}/{m.Column}={m.Value.ToString(CultureInfo.InvariantCulture)}");
        Assert.Superset(expected.Split(';').ToHashSet(), figures.ToHashSet());
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", false)]
    [InlineData("utf-8", true)]
    public void A_text_of_any_width_is_read(string encoding, bool marked)
    {
        var width = Encoding.GetEncoding(encoding);
        byte[] bytes = [.. marked ? width.GetPreamble() : [], .. width.GetBytes(Lines)];
        var text = ImportedText.Of(bytes);
        Assert.Equal("HLT 13", text.Summary);
        Assert.Equal(bytes.Length, text.Reading.Bytes);
    }

    [Theory]
    [InlineData("\n", "\r\n")]
    [InlineData(" ", "\u00a0")]
    [InlineData("  ", "\u2003")]
    [InlineData("kvm_", "\u001b[1;31mkvm_\u001b[0m")]
    [InlineData(":", ":\u200b")]
    [InlineData("CPU 0/KVM", "&lt;...&gt;")]
    [InlineData(" CPU", "+ CPU")]
    public void What_terminals_and_web_pages_put_between_is_taken_out(string plain, string dressed) =>
        Assert.Equal("HLT 13", ImportedText.Of(Lines.Replace(plain, dressed, StringComparison.Ordinal)).Summary);

    [Theory]
    [InlineData("info cf90008 0\n")]
    [InlineData("info1 0x00000000cf90008 info2 0x0 intr_info\n0x00000000 error_code 0x00000000\n")]
    [InlineData("> info cf90008\n> 0\n")]
    public void A_port_on_the_next_line_belongs_to_the_exit(string rest)
    {
        var text = ImportedText.Of("q-4711  [002] 12345.000020: kvm_exit: reason IO_INSTRUCTION rip 0xfff0\n" + rest
            + "q-4711  [002] 12345.000033: kvm_entry: vcpu 0\n");
        Assert.Equal(("IO_INSTRUCTION", 0xcf9ul, 13ul), (text.Exits[0].Reason, text.Exits[0].Subkey, text.Exits[0].Duration!.Value));
    }

    [Fact]
    public void Where_lines_were_left_out_nothing_is_paired_and_the_places_are_counted()
    {
        var text = ImportedText.Of(Lines + " CPU 0/KVM-4711  [002] 12345.000053: kvm_exit: reason HLT rip 0xfff0 info 0 0\n [...]\n"
            + " CPU 0/KVM-4711  [002] 12345.000083: kvm_entry: vcpu 0\n");
        Assert.Equal("HLT 13, HLT -", text.Summary);
        Assert.Contains("leaves events out in 1 place,", Assert.Single(text.Findings, f => f.Id == "events-lost").Text);
    }

    [Fact]
    public void A_clock_of_two_decimals_has_a_grain_of_ten_milliseconds()
    {
        var text = ImportedText.Of(Lines.Replace("12345.000020", "12345.02", StringComparison.Ordinal)
            .Replace("12345.000033", "12345.02", StringComparison.Ordinal));
        Assert.Contains("grain of 10,000 µs", Assert.Single(text.Findings, f => f.Id == "below-grain").Text);
    }

    [Fact]
    public void Threads_of_babeltrace_and_of_a_function_graph_keep_their_names()
    {
        foreach (string name in (string[])["babeltrace", "funcgraph", "perf trace new"])
        {
            var threads = ImportedText.Of(Texts("events.txt")[name].Text).Threads;
            Assert.Equal((4711L, "CPU 0/KV"), (threads[0].Tid, threads[0].Name[..8]));
        }
    }

    private static Dictionary<string, (string Expected, string Text)> Texts(string file)
    {
        string all = "\n" + File.ReadAllText(Path.Combine(ImportedText.Folder, "dialects", file));
        return all.Split("\n=== ", StringSplitOptions.RemoveEmptyEntries).ToDictionary(
            t => t.Split(" | ")[0],
            t => (t.Split('\n')[0].Split(" | ")[1].Trim(), t[(t.IndexOf('\n', StringComparison.Ordinal) + 1)..] + "\n"));
    }
}
