using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Analysis;

/// <summary>A recording without events whose configurations take turns in rounds, each with exits of known length.</summary>
internal static class SweptTrace
{
    public const int Rounds = 12;

    /// <summary>The cycles of all steps but the first, which makes up the length that was asked for.</summary>
    private const long Answer = 30, Way = 400;

    /// <param name="noise">Cycles that every exit of a block takes more, by round and configuration.</param>
    /// <param name="configurations">"devices=10,placement=same-port", and the cycles of its exits.</param>
    public static TraceSummary Of(Func<int, int, long> noise, params (string Settings, long Cycles)[] configurations) =>
        WithAnswers(noise, [.. configurations.Select(c => (c.Settings, c.Cycles, Answer))]);

    /// <param name="configurations">With the cycles of an exit and of the VMM's part of it.</param>
    /// <inheritdoc cref="Of"/>
    public static TraceSummary WithAnswers(Func<int, int, long> noise, params (string Settings, long Cycles, long Answer)[] configurations)
    {
        var trace = new SyntheticTrace(
            EventGroups.None,
            floor: 0,
            grain: 1,
            named: [.. configurations.Select(c => new Configuration(c.Settings, [.. c.Settings.Split(',').Select(Setting)]))]
        );
        ExitClass exit = trace.Class(SyntheticTrace.Bare);
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < configurations.Length; i++)
            {
                trace.Block(EventGroups.None, round, exits: 2, configuration: i);
                long answer = configurations[i].Answer, first = configurations[i].Cycles + noise(round, i) - answer - Way;
                trace.Exit(exit, first - 1, answer, Way).Exit(exit, first + 1, answer, Way);
            }
        }
        return trace.Summarise();
    }

    public static long Quiet(int round, int configuration) => 0;

    /// <summary>What all configurations of a round have in common, as the load of a shared machine.</summary>
    public static long Drift(int round, int configuration) => 1_000 * (round * 7 % 5);

    private static Fact Setting(string text) => new(text.Split('=')[0], text.Split('=')[1]);
}
