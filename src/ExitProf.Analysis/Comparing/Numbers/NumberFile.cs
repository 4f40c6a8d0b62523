using System.Collections.Immutable;
using System.Globalization;

namespace ExitProf.Analysis;

/// <summary>A file of one number a line; each is a run. Blank lines and lines that begin with # say nothing.</summary>
/// <param name="Decimals">Digits behind the point: the numbers are no finer than that.</param>
public sealed record NumberFile(string File, ImmutableArray<double> Values, int Decimals)
{
    /// <summary>Millions of numbers; a file that is larger is none.</summary>
    private const long MostBytes = 64 << 20;

    /// <summary>Characters of a line that a message quotes.</summary>
    private const int Quoted = 40;

    /// <param name="path">Of a file that ends in .csv or .txt.</param>
    /// <exception cref="InputException">A line is no number above 0, there is none, or the file is far too large.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static NumberFile Read(string path)
    {
        string name = Path.GetFileName(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.CanSeek && stream.Length > MostBytes) throw new InputException($"{name} has {stream.Length:N0} bytes: a file of one number a line is smaller.");
        using var reader = new StreamReader(stream);
        return Read(name, reader);
    }

    /// <inheritdoc cref="Read(string)"/>
    public static NumberFile Read(string name, TextReader reader)
    {
        var values = ImmutableArray.CreateBuilder<double>();
        int decimals = 0, number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#') continue;
            string quoted = text.Length <= Quoted ? text : text[..Quoted] + "…";
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                throw new InputException($"Line {number} of {name} is not a number: '{quoted}'; write one number a line, with a point and no thousands separator.");
            }
            if (!double.IsFinite(value) || value <= 0) throw new InputException($"Line {number} of {name} is '{quoted}': a shift in percent needs finite numbers above 0.");
            values.Add(value);
            decimals = Math.Max(decimals, DecimalsOf(text));
        }
        if (values.Count == 0) throw new InputException($"{name} holds no number; write one number a line.");
        return new NumberFile(name, values.ToImmutable(), decimals);
    }

    /// <summary>"1.25e-3" has five.</summary>
    private static int DecimalsOf(string text)
    {
        int exponentAt = text.IndexOfAny(['e', 'E']);
        string mantissa = exponentAt < 0 ? text : text[..exponentAt];
        int exponent = exponentAt < 0 ? 0 : int.Parse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        return Math.Clamp((point < 0 ? 0 : mantissa.Length - point - 1) - exponent, 0, 15);
    }
}
