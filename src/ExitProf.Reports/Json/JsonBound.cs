using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>Whether a figure is one or a bound of one, as the contract spells it.</summary>
internal static class JsonBound
{
    public static string Of(Bound bound) => bound == Bound.Upper ? "upper" : "exact";
}
