using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ExitProf.Reports;

namespace ExitProf.Tests.Reports;

/// <summary>The records of the reports for machines say all that is written, and nothing that is not.</summary>
public sealed class JsonContractTests
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    [Theory]
    [InlineData("Golden/pio-out.json", typeof(JsonStageReport))]
    [InlineData("Golden/imported.json", typeof(JsonStageReport))]
    [InlineData("Golden/suite.json", typeof(JsonSuite))]
    [InlineData("Golden/verdict-traces.json", typeof(JsonVerdict))]
    [InlineData("Golden/verdict-cannot-tell.json", typeof(JsonVerdict))]
    public void What_is_written_is_read_and_written_again_to_the_byte(string file, Type contract)
    {
        string text = File.ReadAllText(Path.Combine(SourceTree.Root, "tests/ExitProf.Tests/Reports", file));
        Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize(text, contract, Strict), contract, Strict) + "\n");
    }

    [Fact]
    public void A_figure_is_rounded_and_null_if_it_does_not_exist()
    {
        JsonNumber[] figures = [new(1.23456), new(1.23456, 1), new(double.NaN), new(double.NegativeInfinity), new(1.5e-11, JsonNumber.All)];
        Assert.Equal("[1.235,1.2,null,null,1.5E-11]", JsonSerializer.Serialize(figures));
        Assert.Equal(1.235, JsonSerializer.Deserialize<JsonNumber[]>("[1.235]")![0].Value);
        Assert.True(double.IsNaN(JsonSerializer.Deserialize<JsonInterval>("{}")!.Value.Value), "a field that is missing");
    }
}
