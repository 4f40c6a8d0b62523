using System.Text.Json;

namespace ExitProf.Analysis;

/// <summary>Parts of somebody else's JSON: what is not there, or is of another type, is absent.</summary>
internal static class JsonFields
{
    /// <summary>Deep enough for every tool; a file that nests deeper was made to break readers.</summary>
    private const int Deepest = 32;

    /// <exception cref="InputException">It is not JSON; the sentence says where.</exception>
    public static JsonDocument Parse(NumberText text)
    {
        try
        {
            return JsonDocument.Parse(LoneSurrogates.Replaced(text.Whole), new JsonDocumentOptions { MaxDepth = Deepest });
        }
        catch (JsonException e)
        {
            throw new InputException(
                $"Line {text.Skipped + e.LineNumber + 1} of {text.File} is not JSON, character {e.BytePositionInLine + 1}: is the file whole?",
                e
            );
        }
    }

    public static JsonElement? Field(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out JsonElement field)
        && field.ValueKind != JsonValueKind.Null
            ? field
            : null;

    public static string Text(this JsonElement element, string name) =>
        element.Field(name) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } other => other.GetRawText(),
            _ => "",
        };

    public static IReadOnlyList<JsonElement> List(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    public static bool IsList(this JsonElement element, string name) => element.Field(name) is { ValueKind: JsonValueKind.Array };

    public static bool IsTrue(this JsonElement element, string name) => element.Field(name) is { ValueKind: JsonValueKind.True };
}
