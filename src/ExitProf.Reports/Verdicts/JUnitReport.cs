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
    string IVerdictWriter.Name => "junit";

    string IVerdictWriter.Extension => ".xml";

    void IVerdictWriter.Write(Stream stream, ComparisonSummary comparison)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        Write(writer, comparison, DateTime.UtcNow, Environment.MachineName);
    }

    /// <param name="utc">When the comparison was made.</param>
    /// <param name="host">Where it was made.</param>
    public static void Write(TextWriter writer, ComparisonSummary comparison, DateTime utc, string host)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true }))
        {
            xml.WriteStartElement("testsuites");
            for (int i = 0; i < comparison.Rows.Length; i++) WriteSuite(xml, comparison, comparison.Rows[i], i, utc, host);
            // A file without a case would pass wherever cases are counted.
            if (comparison.Rows.IsEmpty) WriteSuite(xml, comparison, null, 0, utc, host);
            xml.WriteEndElement();
        }
        writer.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + LogCommand.DisarmedMarkup(text.ToString()) + "\n");
    }

    /// <param name="row">Null if nothing was compared.</param>
    private static void WriteSuite(XmlWriter xml, ComparisonSummary comparison, ComparedRow? row, int index, DateTime utc, string host)
    {
        string suite = row is null ? "nothing" : VerdictSentences.Name(row);
        Case[] cases = row is null
            ? [Judged(comparison, "total", comparison.Verdict, gated: true, VerdictSentences.Sentence(comparison))]
            : [Total(comparison, row), .. row.Stages.Where(s => s.Shift != null).Select(s => Of(comparison, row, s))];
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
                    (string[])
                        [
                            VerdictSentences.Rule(comparison),
                            VerdictSentences.Method(comparison),
                            .. VerdictSentences.Tails(comparison),
                            VerdictSentences.Needs(comparison),
                        ]
                )
                .TrimEnd()
        );
        Element(
            "system-err",
            string.Join("\n", VerdictSentences.Findings(comparison).Select(f => $"{f.Severity.Name()} {f.Id} ({f.Count}): {f.Text}"))
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

    private static Case Total(ComparisonSummary comparison, ComparedRow row)
    {
        JudgedShift t = row.Total;
        string figures =
            $"{VerdictSentences.Value(row, t.Base)} -> {VerdictSentences.Value(row, t.New)} {VerdictSentences.Unit(row)}".TrimEnd();
        return Judged(
            comparison,
            "total",
            t.Verdict,
            gated: true,
            $"{VerdictSentences.Words(t)}: {figures}, {VerdictSentences.Shift(row, t)}{(t.DecidedByTail ? " " + VerdictSentences.Tail(row) : "")}",
            t.ExceedsMargin
        );
    }

    private static Case Of(ComparisonSummary comparison, ComparedRow row, ComparedStage stage)
    {
        IReadOnlyList<string> cells = VerdictSentences.StageCells(row, stage);
        return Judged(
            comparison,
            stage.Name,
            stage.Shift!.Verdict,
            stage.Gated,
            $"{VerdictSentences.Words(stage)}: {cells[0]} -> {cells[1]} {VerdictSentences.Unit(row)}, {cells[2]} ({(VerdictSentences.IsExact(stage.Shift) ? "exact" : $"{VerdictSentences.Confidence(stage.Shift.Confidence)} interval {cells[3]}")})",
            stage.Shift.ExceedsMargin
        );
    }

    private static Case Judged(
        ComparisonSummary comparison,
        string name,
        Verdict verdict,
        bool gated,
        string message,
        bool beyond = false
    ) =>
        new(
            name,
            verdict,
            message,
            gated && comparison.Gate.Fails(verdict) ? Outcome.Failed
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
