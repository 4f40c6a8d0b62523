using System.CommandLine;
using ExitProf.Analysis;

namespace ExitProf;

/// <summary>Options that take a share ("2%").</summary>
internal static class ShareOption
{
    /// <summary>"2%" of the base, "30cycles", or both.</summary>
    public static Option<Margin?> Margin() =>
        new("--margin")
        {
            Description =
                "How much is nothing: a share of the base (2%, the default), an amount with its unit (30cycles), or both (2%+30cycles: a shift has to exceed both).",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (Analysis.Margin.TryParse(text, out Margin margin))
                    return margin;
                result.AddError($"--margin takes {Analysis.Margin.Takes}, not '{text}'.");
                return null;
            },
        };

    public static Option<double?> Alpha() =>
        new("--alpha")
        {
            Description = "The share of false alarms that is put up with: 1% if not given.",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (GateFile.TryAlpha(text, out double alpha))
                    return alpha;
                result.AddError($"--alpha takes a share from 0.0001% to 20%, like 1% or 0.01, not '{text}'.");
                return null;
            },
        };
}
