using System.Collections.Immutable;
using System.Globalization;

namespace ExitProf.Traces;

/// <summary>One field of a record as tracefs describes it: <c>field:unsigned int port;	offset:12;	size:4;	signed:0;</c>.</summary>
/// <param name="Declaration">The C declaration with its name: "unsigned int port".</param>
/// <param name="Offset">In bytes from the start of the record.</param>
/// <param name="Size">In bytes; of an array, of all of it.</param>
public sealed record EventField(string Name, string Declaration, int Offset, int Size, bool Signed)
{
    /// <summary>No record and no sub-buffer is longer: the commit word of a page has 20 bits for its length.</summary>
    private const int MaxBytes = 1 << 20;

    /// <exception cref="FormatException">The line is not a field; the message has it with its number.</exception>
    internal static EventField Parse(ReadOnlySpan<char> line, int number)
    {
        string declaration = "";
        int offset = -1, size = -1;
        bool signed = false;
        foreach (Range range in line.Split(';'))
        {
            var part = line[range].Trim();
            int colon = part.IndexOf(':');
            if (part.IsEmpty) continue;
            if (colon < 0) throw EventFormat.Bad(line, number, "a part without a colon");
            var value = part[(colon + 1)..].Trim();
            switch (part[..colon])
            {
                case "field": declaration = value.ToString(); break;
                case "offset": offset = Bytes(value, line, number); break;
                case "size": size = Bytes(value, line, number); break;
                case "signed": signed = value is "1"; break;
            }
        }
        if (declaration.Length == 0 || offset < 0 || size < 0)
            throw EventFormat.Bad(line, number, "a field without its name, offset or size");
        return new EventField(NameOf(declaration), declaration, offset, size, signed);
    }

    /// <summary>"unsigned long args[6]" is args, "__data_loc char[] name" is name, "const char * s" is s.</summary>
    private static string NameOf(string declaration)
    {
        var name = declaration.AsSpan(declaration.LastIndexOfAny([' ', '*']) + 1);
        int bracket = name.IndexOf('[');
        return (bracket > 0 ? name[..bracket] : name).ToString();
    }

    private static int Bytes(ReadOnlySpan<char> value, ReadOnlySpan<char> line, int number) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes) && bytes <= MaxBytes
            ? bytes
            : throw EventFormat.Bad(line, number, "not a number of bytes");
}

/// <summary>
/// What <c>events/SYSTEM/NAME/format</c> of tracefs says about an event. Offsets and ids differ between kernels: they are read, never
/// assumed.
/// </summary>
/// <param name="Id">The value of common_type in the event's records.</param>
/// <param name="CommonFields">Those that every event has, their names begin with common_.</param>
/// <param name="PrintFormat">What follows "print fmt:"; empty if the text has none.</param>
public sealed record EventFormat(
    string Name,
    int Id,
    ImmutableArray<EventField> CommonFields,
    ImmutableArray<EventField> Fields,
    string PrintFormat
)
{
    /// <summary>The field of that name, common or not; null if the event does not have it.</summary>
    public EventField? Field(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name == name) return field;
        }
        foreach (var field in CommonFields)
        {
            if (field.Name == name) return field;
        }
        return null;
    }

    /// <exception cref="FormatException">The text is not an event format; the message has the line.</exception>
    public static EventFormat Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = "", print = "";
        int id = -1, number = 0;
        var common = ImmutableArray.CreateBuilder<EventField>();
        var fields = ImmutableArray.CreateBuilder<EventField>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (TryValue(line, "name:", out var value)) name = value.ToString();
            else if (TryValue(line, "ID:", out value))
            {
                // common_type has 16 bits.
                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out id) || id > ushort.MaxValue)
                    throw Bad(line, number, "not an event id");
            }
            else if (TryValue(line, "print fmt:", out value)) print = value.ToString();
            else if (line.TrimStart().StartsWith("field:", StringComparison.Ordinal))
            {
                var field = EventField.Parse(line, number);
                (field.Name.StartsWith("common_", StringComparison.Ordinal) ? common : fields).Add(field);
            }
            else if (!line.Trim().IsEmpty && line.Trim() is not "format:" && print.Length == 0) throw Bad(line, number, "unexpected");
        }
        if (name.Length == 0) throw new FormatException("An event format has no line \"name:\".");
        if (id < 0) throw new FormatException($"The format of event {name} has no line \"ID:\".");
        return new EventFormat(name, id, common.ToImmutable(), fields.ToImmutable(), print);
    }

    internal static FormatException Bad(ReadOnlySpan<char> line, int number, string what)
    {
        var shown = line.Length > 120 ? line[..120] : line;
        return new FormatException($"Line {number} of a trace format: {what}: \"{shown}\".");
    }

    private static bool TryValue(ReadOnlySpan<char> line, string key, out ReadOnlySpan<char> value)
    {
        bool found = line.StartsWith(key, StringComparison.Ordinal);
        value = found ? line[key.Length..].Trim() : default;
        return found;
    }
}
