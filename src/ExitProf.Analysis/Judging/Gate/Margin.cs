using System.Globalization;
using System.Text.RegularExpressions;

namespace ExitProf.Analysis;

/// <summary>
/// How large a shift may be and still count as none: a share of the base, an amount, or both. Of both the larger counts, so that a shift
/// has to exceed both.
/// </summary>
/// <param name="Share">Of the base: 0.02 is 2 %.</param>
/// <param name="Amount">In <paramref name="Unit"/>.</param>
/// <param name="Unit">Of the amount; empty if there is none.</param>
public readonly partial record struct Margin(double Share, double Amount, string Unit)
{
    /// <summary>The most that a share can be: all of the base.</summary>
    private const double MostPercent = 100;

    /// <summary>What a margin looks like, for messages.</summary>
    public const string Takes = "a share like 2%, an amount with its unit like 30cycles, or both like 2%+30cycles";

    public static Margin OfShare(double share) => new(share, 0, "");

    public static Margin OfAmount(double amount, string unit) => new(0, amount, unit);

    /// <summary>True if no percentage of the base is asked for.</summary>
    public bool IsAmount => Share == 0 && Unit is { Length: > 0 };

    /// <summary>As a share of a base.</summary>
    public double ShareOf(double centre) => Amount == 0 ? Share : Math.Max(Share, Amount / Math.Abs(centre));

    /// <summary>In the unit of a base.</summary>
    public double AmountOf(double centre) => Math.Max(Share * Math.Abs(centre), Amount);

    /// <summary>The same with the amount in the unit of what is judged.</summary>
    /// <param name="what">Is judged, for the message; empty if it has no name.</param>
    /// <exception cref="InputException">It is an amount of something else.</exception>
    public Margin In(string unit, string what)
    {
        if (Amount == 0 && Unit is null or "" || MetricUnit.Same(Unit, unit))
            return this;
        if (MetricUnit.TrySeconds(Unit, out double own) && MetricUnit.TrySeconds(unit, out double other))
            return this with { Amount = Amount * own / other, Unit = unit };
        string name = what.Length > 0 ? what : "what is compared";
        throw new InputException(
            $"The margin {this} is in {Unit}, and {name} is in {MetricUnit.Plain(unit)}: give it as a share, or in {MetricUnit.Plain(unit)}."
        );
    }

    /// <summary>"2%", "30cycles" or "2%+30cycles". A bare number is none: nobody can see what it is a number of.</summary>
    public static bool TryParse(string text, out Margin margin)
    {
        margin = default;
        if (Form().Match(text.Trim()) is not { Success: true } form) return false;
        string share = form.Groups["share"].Value, amount = form.Groups["amount"].Value;
        if (!Number(share, out double percent) || !Number(amount, out double units) || percent > MostPercent) return false;
        margin = new Margin(percent / 100, units, form.Groups["unit"].Value);
        return true;
    }

    private static bool Number(string text, out double value)
    {
        value = 0;
        return text.Length == 0
            || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    public override string ToString()
    {
        string amount = Unit is { Length: > 0 } ? Amount.ToString("0.######", CultureInfo.InvariantCulture) + Unit : "";
        string share = Share > 0 || amount.Length == 0 ? (Share * 100).ToString("0.######", CultureInfo.InvariantCulture) + "%" : "";
        return share.Length > 0 && amount.Length > 0 ? $"{share}+{amount}" : share + amount;
    }

    [GeneratedRegex(
        @"^(?:(?<share>\d+(?:\.\d+)?(?:[eE]-?\d+)?)\s*%(?:\s*\+\s*(?<amount>\d+(?:\.\d+)?(?:[eE]-?\d+)?)\s*(?<unit>[^\d\s.%+-][^\s%+]*))?|(?<amount>\d+(?:\.\d+)?(?:[eE]-?\d+)?)\s*(?<unit>[^\d\s.%+-][^\s%+]*)(?:\s*\+\s*(?<share>\d+(?:\.\d+)?(?:[eE]-?\d+)?)\s*%)?)$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Form();
}
