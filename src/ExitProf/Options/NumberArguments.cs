using System.CommandLine;

namespace ExitProf;

/// <summary>The options of files of numbers, which do not say everything that a trace says.</summary>
internal sealed class NumberArguments
{
    public Option<string> Unit { get; } = new("--unit")
    {
        Description = "The unit of numbers that do not say it: s, ms, cycles, MB/s.",
        DefaultValueFactory = _ => "",
    };

    public Option<bool> Exact { get; } = new("--exact")
    {
        Description =
            "The numbers are exact, like counts of instructions: one value of each side is enough, and the difference is the difference.",
    };

    public Option<bool> Pool { get; } = new("--pool")
    {
        Description = "Take every number of several files as a run. Without it each file is one run, by its median.",
    };

    public DirectionOptions Direction { get; } = new();

    public Option[] All => [Unit, Exact, Pool, .. Direction.All];

    public NumberRules Read(ParseResult parsed) =>
        new(parsed.GetValue(Unit)!, Direction.Read(parsed), parsed.GetValue(Exact), parsed.GetValue(Pool));
}
