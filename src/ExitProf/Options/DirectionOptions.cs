using System.CommandLine;
using ExitProf.Analysis;

namespace ExitProf;

/// <summary><c>--higher-is-better</c> and <c>--lower-is-better</c>: of numbers, of which nobody else knows it.</summary>
internal sealed class DirectionOptions
{
    private readonly Option<bool> higher = new("--higher-is-better") { Description = "The numbers are a rate, not a cost." };
    private readonly Option<bool> lower = new("--lower-is-better") { Description = "The numbers are a cost, though their unit is a rate." };

    public IEnumerable<Option> All => [higher, lower];

    /// <returns>Null if neither was given.</returns>
    /// <exception cref="UsageException">Both were.</exception>
    public Better? Read(ParseResult parsed)
    {
        if (parsed.GetValue(higher) && parsed.GetValue(lower))
            throw new UsageException("Give --higher-is-better or --lower-is-better, not both.");
        return parsed.GetValue(higher) ? Better.Higher
            : parsed.GetValue(lower) ? Better.Lower
            : null;
    }
}
