namespace ExitProf.Tests.Reports;

/// <summary>Tables of other tools in every form of a report.</summary>
public sealed class ToolTableTests
{
    private static readonly string Tables = Path.Combine(SourceTree.Root, "tests/ExitProf.Tests/Fixtures/import/field/synic-on-off.txt");

    [Theory]
    [InlineData("text", "APIC_WRITE", "362,315.84")]
    [InlineData("html", "APIC_WRITE", "362,315.84")]
    [InlineData("markdown", "APIC\\_WRITE", "362,315.84")]
    [InlineData("csv", "APIC_WRITE: time", "362315.84")]
    [InlineData("json", "APIC_WRITE", "362315.84")]
    public void Every_form_has_the_rows_that_the_tool_printed(string form, string row, string figure)
    {
        using var folder = new TemporaryFolder();
        ExitProfCommand.Run("import", Tables, "-o", folder["tables.nettrace"]).Succeeds();
        string report = ExitProfCommand.Run("report", folder["tables.nettrace"], "--format", form).Succeeds().Output;
        Assert.Contains(row, report);
        Assert.Contains(figure, report);
        if (form is not ("csv" or "json")) Assert.Contains("2 tables that another tool printed", report);
        Assert.DoesNotContain("No exit was recorded.", report);
    }

    [Fact]
    public void A_table_of_many_rows_says_how_many_are_not_shown()
    {
        using var folder = new TemporaryFolder();
        var text = new StringWriter { NewLine = "\n" };
        text.WriteLine("             VM-EXIT    Samples  Samples%     Time%    Min Time    Max Time         Avg time");
        for (int i = 0; i < 250; i++) text.WriteLine($"  REASON_{i:000}     10     0.40%    0.40%      1.00us      1.00us      1.00us ( +-   0.00% )");
        text.WriteLine("\nTotal Samples:2500, Total events handled time:2500.00us.");
        File.WriteAllText(folder["tables.txt"], text.ToString());
        ExitProfCommand.Run("import", folder["tables.txt"], "-o", folder["tables.nettrace"]).Succeeds();
        foreach (string form in (string[])["text", "html", "markdown"])
        {
            string report = ExitProfCommand.Run("report", folder["tables.nettrace"], "--format", form).Succeeds().Output;
            Assert.Contains("and 51 more", report);
        }
        Assert.Contains("REASON_249", ExitProfCommand.Run("report", folder["tables.nettrace"], "--format", "csv").Succeeds().Output);
    }
}
