namespace ExitProf.Tests.Architecture;

public sealed class SourceTextTests
{
    private const int Columns = 20;

    [Theory]
    [InlineData("int short = 1;")]
    [InlineData("Say(\"a sentence that is longer than all that\");")]
    [InlineData("Say($\"a sentence that is longer {x} than that\");")]
    [InlineData("Say(@\"a \"\"quoted\"\" sentence that is longer\");")]
    [InlineData("s = \"\"\"a raw one \" with quotes, and longer\"\"\";")]
    [InlineData("s = $\"\"\"\n  the text of a raw one that is wide\n  \"\"\";")]
    [InlineData("char c = '\"';\nchar d = '\\'';")]
    public void A_line_that_a_literal_alone_makes_longer_is_none(string text) => Assert.Empty(new SourceText(text).LinesOver(Columns));

    [Theory]
    [InlineData("int a = 1, b = 2, c = 3;", 1)]
    [InlineData("// a comment that is longer, \"so to speak\"", 1)]
    [InlineData("f(\"literal\", \"another one\", \"a third\");", 1)]
    [InlineData("x;\nSay($\"a {some.Code(that, is, longer)}\");", 2)]
    [InlineData("Say($\"{{{some.Code(that, is, longer)}}}\");", 1)]
    [InlineData("s = $\"\"\"\n  {Some(\"}\", code, that, is, longer)}\n  \"\"\";", 2)]
    [InlineData("s = \"a\\\"\"; int a = 1, b = 2, c;", 1)]
    [InlineData("s = \"\"; int a = 1, b = 2, c = 3;", 1)]
    public void Code_that_is_longer_is_found_in_its_line(string text, int line) =>
        Assert.Equal([line], new SourceText(text).LinesOver(Columns).Select(l => l.Number));
}
