using System.CommandLine;

namespace ExitProf;

/// <summary>
/// An option that was given where it has no meaning. It must not be ignored: whoever gave it takes the result for one that heeds it.
/// </summary>
internal static class GivenOption
{
    /// <param name="options">That have no meaning here.</param>
    /// <param name="belongs">What they are for: "a scenario".</param>
    /// <exception cref="UsageException">One of them was given.</exception>
    public static void Refuse(ParseResult parsed, IEnumerable<Option> options, string belongs)
    {
        if (options.FirstOrDefault(o => Given(parsed, o)) is { } option)
            throw new UsageException($"{option.Name} is for {belongs}: leave it out here.");
    }

    private static bool Given(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
