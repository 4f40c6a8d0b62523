using System.Text;
using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf.Tests.Reports;

/// <summary>The history of an exit from kernel to kernel.</summary>
public sealed class KernelHistoryTests
{
    private static readonly KernelHistory History = SampleKernels.History;

    [Fact]
    public void A_change_lies_between_neighbours_that_have_a_count_and_boots_of_the_same_code_make_none()
    {
        Assert.Equal([(0, 1, 154), (2, 3, -133)], History.Rows[0].Changes);
        // One instruction is what boots differ by, and the kernel without a count is passed over.
        Assert.Empty(History.Rows[1].Changes);
    }

    [Fact]
    public void Page_text_and_JSON_name_the_versions_that_a_change_lies_between()
    {
        using var page = new StringWriter();
        KernelHistoryPage.Write(page, History);
        using var text = new StringWriter();
        KernelHistoryText.Write(text, History, width: 500);
        foreach (string written in (string[])[page.ToString(), text.ToString()])
        {
            Assert.Contains("from 5.10.223 (bullseye) to 6.1.170 (bookworm)", written);
            Assert.Contains("The same version from two suites shows how much", written);
            Assert.DoesNotContain("cycles", written);
        }
        Assert.Contains("KVM_RUN failed with EINVAL.", page.ToString());
        Assert.Contains("6.1.170: KVM_RUN failed with EINVAL.", text.ToString());

        using var stream = new MemoryStream();
        KernelHistoryJson.Write(stream, History);
        using JsonDocument json = JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray()));
        JsonElement row = json.RootElement.GetProperty("rows")[0], change = row.GetProperty("changes")[1];
        Assert.Equal("instructions", json.RootElement.GetProperty("unit").GetString());
        Assert.Equal(("6.1.192-test", "6.12.117-test", -133), (change.GetProperty("from").GetString(), change.GetProperty("to").GetString(),
            change.GetProperty("shift").GetDouble()));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("rows")[1].GetProperty("cells")[1].GetProperty("count").ValueKind);
        Assert.Equal("abc", json.RootElement.GetProperty("kernels")[0].GetProperty("files").GetProperty("bzImage").GetString());
    }

    [Fact]
    public void The_page_begins_with_what_became_of_an_exit_and_a_long_list_of_steps_is_not_cut()
    {
        Assert.StartsWith("One pio-out exit takes 2,866 to 2,889 instructions", KernelHistoryPage.Introduction(History).First());
        KernelHistory many = History with
        {
            Kernels = [.. Enumerable.Range(1, 6).Select(n => SampleKernels.Kernel($"6.{n}", "sid"))],
            Rows = [new HistoryRow("pio-out", "pio-out", [.. Enumerable.Range(1, 6).Select(n => SampleKernels.Cell(1_000 * n * n))])],
        };
        using var page = new StringWriter();
        KernelHistoryPage.Write(page, many);
        Assert.Contains("5 steps; the largest is step 5, +11,000", page.ToString());
        Assert.DoesNotContain("…", page.ToString()[..page.ToString().IndexOf("<script", StringComparison.Ordinal)]);
    }
}
