using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace ExitProf;

/// <summary>An option that takes one number within bounds, and says which if it is given something else.</summary>
internal static class NumberOption
{
    /// <param name="low">The least value allowed.</param>
    /// <param name="high">The greatest value allowed.</param>
    /// <param name="takes">The bounds in words: "a whole number from 1 on".</param>
    public static Option<T?> Create<T>(string name, string description, T low, T high, string takes)
        where T : struct, INumber<T> =>
        new(name)
        {
            Description = description,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T value) && value >= low && value <= high)
                    return value;
                result.AddError($"{name} takes {takes}, not '{text}'.");
                return null;
            },
        };
}
