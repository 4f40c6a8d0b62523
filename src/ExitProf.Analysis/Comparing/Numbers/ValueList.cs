using System.Collections.Immutable;
using System.Text.Json;

namespace ExitProf.Analysis;

/// <summary>Values of one metric while its file is read.</summary>
internal sealed class ValueList
{
    private readonly ImmutableArray<double>.Builder values = ImmutableArray.CreateBuilder<double>();

    public int Count => values.Count;

    /// <summary>The value that was added last.</summary>
    public double Last => values[^1];

    /// <summary>The most digits behind the point that a value came with.</summary>
    public int Decimals { get; private set; }

    public void Add(double value, int decimals)
    {
        values.Add(value);
        Decimals = Math.Max(Decimals, decimals);
    }

    /// <param name="line">Where it stands, from 1 on.</param>
    /// <exception cref="InputException">It cannot be compared.</exception>
    public void Add(NumberText text, int line, ReadOnlySpan<char> token)
    {
        if (!NumberToken.TryRead(token, out double value, out int decimals))
            throw text.Refused(line, $"has {NumberText.Quote(token.ToString())} where a number is needed.");
        if (NumberToken.Unfit(value) is { } why)
            throw text.Refused(line, $"is {NumberText.Quote(token.Trim().ToString())}: {why}.");
        Add(value, decimals);
    }

    /// <param name="place">Where it stands, as a path: "results[2].times[4]".</param>
    /// <exception cref="InputException">It is no number, or cannot be compared.</exception>
    public void Add(NumberText text, string place, JsonElement? element)
    {
        if (element is not { ValueKind: JsonValueKind.Number } number)
            throw text.Refused(
                $"has {(element is null ? "no number" : NumberText.Quote(element.Value.GetRawText()))} at {place}, where a number is needed."
            );
        string raw = number.GetRawText();
        if (!NumberToken.TryRead(raw, out double value, out int decimals) || NumberToken.Unfit(value) is not null)
        {
            throw text.Refused($"has {NumberText.Quote(raw)} at {place}: {NumberToken.Unfit(value)}.");
        }
        Add(value, decimals);
    }

    public Metric As(string name, string unit) => new(name, unit, values.ToImmutable(), Decimals);

    /// <summary>The same of a tool that prints every digit of a double.</summary>
    public Metric Measured(string name, string unit)
    {
        ImmutableArray<double> all = values.ToImmutable();
        return new Metric(name, unit, all, NumberToken.Measured(all, Decimals));
    }
}
