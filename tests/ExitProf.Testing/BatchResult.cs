using System.Text.Json;

namespace ExitProf.Testing;

/// <summary>What one test came to inside an emulated host.</summary>
/// <param name="Class">Its class, without the namespace.</param>
/// <param name="Test">Its name with its arguments.</param>
/// <param name="Outcome">"Passed", "Failed", or "NotExecuted", as a .trx file says it.</param>
/// <param name="Text">Why it failed or was skipped; empty if it passed.</param>
/// <param name="Seconds">By the guest's clock, a nanosecond an instruction.</param>
public sealed record BatchResult(string Class, string Test, string Outcome, string Text, double Seconds)
{
    public const string Passed = "Passed";
    public const string Failed = "Failed";
    public const string Skipped = "NotExecuted";

    public static byte[] Write(IEnumerable<BatchResult> results)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (BatchResult result in results)
            {
                json.WriteStartObject();
                json.WriteString("class", result.Class);
                json.WriteString("test", result.Test);
                json.WriteString("outcome", result.Outcome);
                json.WriteString("text", result.Text);
                json.WriteNumber("seconds", result.Seconds);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return stream.ToArray();
    }

    public static IReadOnlyList<BatchResult> Read(ReadOnlyMemory<byte> text)
    {
        using JsonDocument json = JsonDocument.Parse(text);
        return
        [
            .. json.RootElement.EnumerateArray().Select(r => new BatchResult(
                Text(r, "class"), Text(r, "test"), Text(r, "outcome"), Text(r, "text"), r.GetProperty("seconds").GetDouble())),
        ];

        static string Text(JsonElement result, string name) => result.GetProperty(name).GetString()!;
    }
}
