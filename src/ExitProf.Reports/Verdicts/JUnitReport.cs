using System.Globalization;
using System.Text;
using System.Xml;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>
/// A comparison as JUnit XML, in the form that Ant's task made common: a suite for each comparison, a case for its total and for each of
/// its stages. A case fails where the gate does. What nobody can tell is a skipped case, unless the gate fails on that; so is what is worse
/// beyond its margin though the gate does not look at it: an empty pass would hide it.
/// </summary>
public sealed class JUnitReport : IVerdictWriter
{
    private const string Whole = "total";

    string IVerdictWriter.Name => "junit";

    string IVerdictWriter.Extension => ".xml";

    void IVerdictWriter.Write(Stream stream, VerdictPage page)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        Write(writer, page, DateTime.UtcNow, Environment.MachineName);
    }

    /// <param name="utc">When the comparison was made.</param>
    /// <param name="host">Where it was made.</param>
    public static void Write(TextWriter writer, VerdictPage page, DateTime utc, string host)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true }))
        {
            xml.WriteStartElement("testsuites");
            for (int i = 0; i < page.Rows.Length; i++) WriteSuite(xml, page, page.Rows[i], i, utc, host);
            // A file without a case would pass wherever cases are counted.
            if (page.Rows.IsEmpty) WriteSuite(xml, page, null, 0, utc, host);
            xml.WriteEndElement();
        }
        writer.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + LogCommand.DisarmedMarkup(text.ToString()) + "\n");
    }

    /// <param name="row">Null if nothing was compared.</param>
    private static void WriteSuite(XmlWriter xml, VerdictPage page, VerdictPageRow? row, int index, DateTime utc, string host)
    {
        string suite = row?.Name ?? "nothing";
        ComparisonSummary comparison = page.Comparison;
        Case[] cases = row is null
            ? [Judged(comparison.Gate, Whole, comparison.Verdict, gated: true, page.Sentence)]
            : [Total(comparison.Gate, row), .. row.Stages.Where(s => s.Compared.Shift != null).Select(s => Of(comparison.Gate, s))];
        xml.WriteStartElement("testsuite");
        Attribute("name", suite);
        Attribute("package", "exitprof");
        Attribute("id", index.ToString(CultureInfo.InvariantCulture));
        Attribute("timestamp", utc.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        Attribute("hostname", host);
        Attribute("tests", cases.Length.ToString(CultureInfo.InvariantCulture));
        Attribute("failures", cases.Count(c => c.Outcome == Outcome.Failed).ToString(CultureInfo.InvariantCulture));
        Attribute("errors", "0");
        Attribute("skipped", cases.Count(c => c.Outcome == Outcome.Skipped).ToString(CultureInfo.InvariantCulture));
        Attribute("time", "0");
        xml.WriteStartElement("properties");
        Property("base", string.Join(", ", comparison.Base));
        Property("new", string.Join(", ", comparison.New));
        foreach ((string name, string value) in VerdictSentences.Origins(comparison)) Property(name, value);
        // A case that passed has no place for a message.
        foreach (Case c in cases) Property("shift: " + c.Name, c.Message);
        foreach (HostDifference d in comparison.Hosts) Property("host: " + d.Fact, $"{d.Base} -> {d.New}");
        xml.WriteEndElement();
        foreach (Case c in cases)
            WriteCase(xml, suite, c);
        Element(
            "system-out",
            string.Join(
                    "\n",
                    (string[])[page.Rule, page.Method, .. page.Tails, page.Needs]
                )
                .TrimEnd()
        );
        Element(
            "system-err",
            string.Join("\n", page.Findings.Select(f => $"{f.Severity.Name()} {f.Id} ({f.Count}): {f.Text}"))
        );
        xml.WriteEndElement();

        void Attribute(string name, string value) => xml.WriteAttributeString(name, VisibleText.Of(value));

        void Property(string name, string value)
        {
            xml.WriteStartElement("property");
            Attribute("name", name);
            Attribute("value", value);
            xml.WriteEndElement();
        }

        void Element(string name, string lines) =>
            xml.WriteElementString(name, string.Join("\n", lines.Split('\n').Select(VisibleText.Of)));
    }

    private static void WriteCase(XmlWriter xml, string suite, Case c)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", VisibleText.Of("exitprof." + suite));
        xml.WriteAttributeString("name", VisibleText.Of(c.Name));
        xml.WriteAttributeString("time", "0");
        if (c.Outcome != Outcome.Passed)
        {
            xml.WriteStartElement(c.Outcome == Outcome.Failed ? "failure" : "skipped");
            xml.WriteAttributeString("message", VisibleText.Of(c.Message));
            if (c.Outcome == Outcome.Failed)
            {
                xml.WriteAttributeString("type", c.Verdict.Name());
                xml.WriteString(VisibleText.Of(c.Message));
            }
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static Case Total(Gate gate, VerdictPageRow row)
    {
        JudgedShift t = row.Compared.Total;
        return Judged(gate, Whole, t.Verdict, gated: true, row.Sentence, t.ExceedsMargin);
    }

    private static Case Of(Gate gate, VerdictPageStage stage)
    {
        JudgedShift shift = stage.Compared.Shift!;
        return Judged(gate, stage.Compared.Name, shift.Verdict, stage.Compared.Gated, stage.Sentence, shift.ExceedsMargin);
    }

    private static Case Judged(Gate gate, string name, Verdict verdict, bool gated, string message, bool beyond = false) =>
        new(
            name,
            verdict,
            message,
            gated && gate.Fails(verdict) ? Outcome.Failed
                : verdict == Verdict.CannotTell || verdict == Verdict.Worse && beyond ? Outcome.Skipped
                : Outcome.Passed
        );

    private enum Outcome
    {
        Passed,
        Skipped,
        Failed,
    }

    private sealed record Case(string Name, Verdict Verdict, string Message, Outcome Outcome);
}
