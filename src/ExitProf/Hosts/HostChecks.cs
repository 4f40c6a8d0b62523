using System.Text.Json;
using ExitProf.Hosts;
using ExitProf.Recording;

namespace ExitProf;

/// <summary>The checks of <c>exitprof doctor</c> as JSON.</summary>
internal static class HostChecks
{
    public static void Write(Stream stream, IReadOnlyList<HostCheck> checks)
    {
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            json.WriteStartArray("checks");
            foreach (HostCheck check in checks)
            {
                json.WriteStartObject();
                json.WriteString("name", check.Name);
                json.WriteString("state", check.State.Name());
                json.WriteString("found", check.Found);
                json.WriteString("remedy", check.Remedy);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
    }

    /// <summary>Reads what an emulated host returned.</summary>
    /// <exception cref="HostException">It is none: the guest is not trusted.</exception>
    public static IReadOnlyList<HostCheck> Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return [.. json.RootElement.GetProperty("checks").EnumerateArray().Select(c =>
                new HostCheck(Text(c, "name"), State(Text(c, "state")), Text(c, "found"), Text(c, "remedy")))];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new HostException("The emulated host returned no checks: run it again.", e);
        }
    }

    private static string Text(JsonElement check, string name) => check.GetProperty(name).GetString() ?? "";

    private static CheckState State(string name) => Enum.GetValues<CheckState>().First(s => s.Name() == name);
}
