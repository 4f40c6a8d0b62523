using System.Text;
using ExitProf.Reports;

namespace ExitProf.Tests.Reports;

public sealed class VerdictWritersTests
{
    [Fact]
    public void Every_form_has_a_name_and_an_extension_of_its_own()
    {
        Assert.Equal(["text", "html", "json", "markdown", "junit"], VerdictWriters.All.Select(w => w.Name));
        Assert.Equal([".txt", ".html", ".json", ".md", ".xml"], VerdictWriters.All.Select(w => w.Extension));
        Assert.All(VerdictWriters.All, w => Assert.Same(w, VerdictWriters.ForFile("verdict" + w.Extension)));
        Assert.Null(VerdictWriters.ForFile("verdict.pdf"));
    }

    [Fact]
    public void Every_form_has_the_verdict_and_leaves_the_stream_open()
    {
        string[] words = ["Cannot tell", "Cannot tell", "cannot-tell", "Cannot tell", "cannot tell"];
        for (int i = 0; i < words.Length; i++)
        {
            using var stream = new MemoryStream();
            VerdictWriters.All[i].Write(stream, new VerdictPage(SampleComparisons.Bhyve(0.01)));
            stream.WriteByte((byte)'!');
            Assert.Contains(words[i], Encoding.UTF8.GetString(stream.ToArray()));
        }
    }
}
