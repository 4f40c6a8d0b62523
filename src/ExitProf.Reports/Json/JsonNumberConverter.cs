using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExitProf.Reports;

/// <summary>Writes a <see cref="JsonNumber"/> as a number or null.</summary>
internal sealed class JsonNumberConverter : JsonConverter<JsonNumber>
{
    /// <summary>As far as <see cref="Math.Round(double, int)"/> goes.</summary>
    private const int MostDigits = 15;

    public override bool HandleNull => true;

    public override void Write(Utf8JsonWriter writer, JsonNumber value, JsonSerializerOptions options)
    {
        if (!double.IsFinite(value.Value)) writer.WriteNullValue();
        else writer.WriteNumberValue(value.Digits > MostDigits ? value.Value : Math.Round(value.Value, value.Digits));
    }

    public override JsonNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble(), JsonNumber.All);
}
