using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>What the reports for machines have in common.</summary>
internal static partial class JsonText
{
    /// <summary>
    /// Names are merged with "+", which the stricter encoder would write as \u002B: nobody could search for them. Not to be put into HTML.
    /// </summary>
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const int MostDigits = 15;

    /// <summary>Writes one object and a line's end.</summary>
    public static void Write(Stream stream, Action<Utf8JsonWriter> properties)
    {
        using var written = new MemoryStream();
        using (var json = new Utf8JsonWriter(written, Options))
        {
            json.WriteStartObject();
            properties(json);
            json.WriteEndObject();
        }
        // Format characters can only stand in strings; a terminal must not let them turn a line around.
        string text = Format()
            .Replace(Encoding.UTF8.GetString(written.GetBuffer(), 0, (int)written.Length), c => $"\\u{(int)c.Value[0]:x4}");
        stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
    }

    public static void Findings(Utf8JsonWriter json, IEnumerable<Finding> findings)
    {
        json.WriteStartArray("findings");
        foreach (Finding finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("severity", finding.Severity.Name());
            json.WriteString("id", finding.Id);
            json.WriteString("subject", finding.Subject);
            json.WriteNumber("count", finding.Count);
            json.WriteString("text", finding.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Names of an object must differ: the values of one that a file has twice stand in one string.</summary>
    public static void Facts(Utf8JsonWriter json, string name, IEnumerable<Fact> facts)
    {
        json.WriteStartObject(name);
        foreach (var same in facts.GroupBy(f => f.Name)) json.WriteString(same.Key, string.Join(", ", same.Select(f => f.Value)));
        json.WriteEndObject();
    }

    /// <summary>A figure that does not exist is null.</summary>
    /// <param name="digits">Thousandths of a cycle are far below the clock's grain.</param>
    public static void Number(Utf8JsonWriter json, string name, double value, int digits = 3)
    {
        // Fifteen digits are all that rounding knows; what is finer is written as it is.
        if (double.IsFinite(value)) json.WriteNumber(name, digits > MostDigits ? value : Math.Round(value, digits));
        else json.WriteNull(name);
    }

    // A second number sign is written so that a log has no command in it.
    [GeneratedRegex(@"\p{Cf}|\u2028|\u2029|(?<=#)#")]
    private static partial Regex Format();
}
