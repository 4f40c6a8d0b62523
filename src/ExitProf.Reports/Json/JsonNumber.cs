using System.Text.Json.Serialization;

namespace ExitProf.Reports;

/// <summary>
/// A figure of a report for machines: rounded when it is written, and null if it does not exist (NaN or infinite). The default is a field
/// that is not there: it is left out where the record says so.
/// </summary>
[JsonConverter(typeof(JsonNumberConverter))]
public readonly record struct JsonNumber
{
    /// <summary>More digits than rounding knows: the value is written as it is. 1.5e-11 has no digits to round.</summary>
    public const int All = 16;

    // Null for a field that was not there.
    private readonly double? given;

    /// <param name="value">NaN if it does not exist.</param>
    /// <param name="digits">After the point. The usual ones: thousandths of a cycle are far below the clock's grain.</param>
    public JsonNumber(double value, int digits = 3) => (given, Digits) = (value, digits);

    public double Value => given ?? double.NaN;

    public int Digits { get; }
}
