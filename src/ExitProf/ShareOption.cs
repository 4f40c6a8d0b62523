using System.CommandLine;
using System.Globalization;
using ExitProf.Analysis;

namespace ExitProf;

/// <summary>Options that take a share ("2%").</summary>
internal static class ShareOption
{
    private const double MostAlpha = 0.2;

    /// <summary>"2%" of the base, or "500" of the unit.</summary>
    public static Option<Margin?> Margin() => new("--margin")
    {
        Description = "How much is nothing: a share of the base (2%, the default), or an amount in the unit of the figures (500).",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            bool share = text.EndsWith('%');
            if (double.TryParse(share ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out double amount)
                && double.IsFinite(amount) && amount >= 0 && (!share || amount <= 100)) return new Margin(share ? amount / 100 : amount, share);
            result.AddError($"--margin takes a share like 2% or an amount like 500, not '{text}'.");
            return null;
        },
    };

    public static Option<double?> Alpha() => new("--alpha")
    {
        Description = "The share of false alarms that is put up with: 1% if not given.",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            bool share = text.EndsWith('%');
            if (double.TryParse(share ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && (share ? value / 100 : value) is var alpha && alpha >= 1e-6 && alpha <= MostAlpha) return alpha;
            result.AddError($"--alpha takes a share from 0.0001% to 20%, like 1% or 0.01, not '{text}'.");
            return null;
        },
    };
}
