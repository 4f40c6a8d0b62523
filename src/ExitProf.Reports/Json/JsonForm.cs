using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>How the reports for machines are written: the contract is in the records next to this, the form is here.</summary>
public static partial class JsonForm
{
    /// <summary>
    /// Names are merged with "+", which the stricter encoder would write as \u002B: nobody could search for them. Not to be put into HTML.
    /// </summary>
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    internal static JsonContracts Contracts { get; } = new(Options);

    /// <summary>Writes one object and a line's end.</summary>
    internal static void Write<T>(Stream stream, T value, JsonTypeInfo<T> contract)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, contract);
        stream.Write(MayHaveFormat(json) ? WithoutFormat(json) : json);
        stream.Write("\n"u8);
    }

    /// <summary>Nearly no report has what is to be escaped, and one of a thousand traces has millions of characters.</summary>
    private static bool MayHaveFormat(ReadOnlySpan<byte> json) => !Ascii.IsValid(json) || json.IndexOf("##"u8) >= 0;

    /// <summary>Format characters can only stand in strings; a terminal must not let them turn a line around.</summary>
    private static byte[] WithoutFormat(ReadOnlySpan<byte> json) =>
        Encoding.UTF8.GetBytes(Format().Replace(Encoding.UTF8.GetString(json), c => $"\\u{(int)c.Value[0]:x4}"));

    internal static IReadOnlyList<JsonFinding> Findings(IEnumerable<Finding> findings) =>
        [.. findings.Select(f => new JsonFinding(f.Severity.Name(), f.Id, f.Subject, f.Count, f.Text))];

    /// <summary>Names of an object must differ: the values of one that a file has twice stand in one string.</summary>
    internal static IReadOnlyDictionary<string, string> Facts(IEnumerable<Fact> facts)
    {
        var named = new OrderedDictionary<string, string>();
        foreach (var same in facts.GroupBy(f => f.Name)) named.Add(same.Key, string.Join(", ", same.Select(f => f.Value)));
        return named;
    }

    /// <summary>Null for a word that is not known.</summary>
    internal static string? Known(string word) => word.Length > 0 ? word : null;

    // A second number sign is written so that a log has no command in it.
    [GeneratedRegex(@"\p{Cf}|\u2028|\u2029|(?<=#)#")]
    private static partial Regex Format();
}
