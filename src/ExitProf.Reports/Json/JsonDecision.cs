using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExitProf.Reports;

/// <summary>Yes, no, or null where it cannot be told. The default is none at all: such a field is left out.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct JsonDecision
{
    private readonly bool asked;

    /// <param name="yes">Null where it cannot be told.</param>
    public JsonDecision(bool? yes) => (asked, Yes) = (true, yes);

    public bool? Yes { get; }

    internal sealed class Converter : JsonConverter<JsonDecision>
    {
        public override bool HandleNull => true;

        public override void Write(Utf8JsonWriter writer, JsonDecision value, JsonSerializerOptions options)
        {
            if (value.Yes is { } yes) writer.WriteBooleanValue(yes);
            else writer.WriteNullValue();
        }

        public override JsonDecision Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.TokenType == JsonTokenType.Null ? null : reader.GetBoolean());
    }
}
