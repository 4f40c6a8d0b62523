using System.Globalization;

namespace ExitProf.Hosts;

/// <param name="Share">Of the whole, from 0 to 1.</param>
/// <param name="Exits">Recorded so far.</param>
/// <param name="Doing">What is being done, in a few words.</param>
public sealed record HostProgress(double Share, long Exits, string Doing)
{
    internal static HostProgress? TryParse(string text)
    {
        string[] parts = text.Split(' ', 3);
        return parts.Length == 3 && double.TryParse(parts[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out double share)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long exits)
            ? new HostProgress(Math.Clamp(share, 0, 1), exits, ConsoleText.Visible(parts[2]))
            : null;
    }
}
