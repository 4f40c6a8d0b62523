using System.Globalization;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What one side of a comparison was measured of, where and when. What is not known is empty.</summary>
/// <param name="Commit">Of what was measured.</param>
/// <param name="Date">In words.</param>
public sealed record SideOrigin(string Commit, string Host, string Date)
{
    private const string Minute = "yyyy-MM-dd HH:mm 'UTC'";

    /// <summary>Facts that name a machine and what ran on it.</summary>
    private static readonly string[] HostFacts = ["host", "cpu", "kernel", "os"];

    public bool IsKnown => Commit.Length + Host.Length + Date.Length > 0;

    /// <param name="host">Facts of all hosts of the side.</param>
    /// <param name="dates">Of its runs, one or more.</param>
    public static SideOrigin Of(IEnumerable<Fact> host, IEnumerable<DateTime> dates) => new("", HostOf(host), Dates([.. dates.Order()]));

    public static SideOrigin Of(IReadOnlyCollection<BaselineRun> runs) =>
        new(
            string.Join(
                " to ",
                ((string[])[runs.MinBy(r => r.Utc)!.Commit, runs.MaxBy(r => r.Utc)!.Commit]).Where(c => c is not ("" or "-")).Distinct()
            ),
            string.Join(", ", runs.Select(r => r.Machine).Distinct()),
            Dates([.. runs.Select(r => r.Utc).Order()])
        );

    /// <inheritdoc cref="Of(IEnumerable{Fact}, IEnumerable{DateTime})"/>
    /// <param name="dates">In the words of the tools that measured; empty where one says nothing.</param>
    public static SideOrigin Of(IEnumerable<Fact> host, IEnumerable<string> dates)
    {
        string[] known = [.. dates.Where(d => d.Length > 0).Distinct().Order(StringComparer.Ordinal)];
        return new SideOrigin(
            "",
            HostOf(host),
            known switch
            {
                [] => "",
                [var one] => one,
                _ => $"{known[0]} to {known[^1]}",
            }
        );
    }

    private static string HostOf(IEnumerable<Fact> facts) =>
        string.Join(", ", HostFacts.SelectMany(name => facts.Where(f => f.Name == name).Select(f => f.Value).Distinct()));

    private static string Dates(IReadOnlyList<DateTime> sorted)
    {
        string first = sorted[0].ToString(Minute, CultureInfo.InvariantCulture),
            last = sorted[^1].ToString(Minute, CultureInfo.InvariantCulture);
        return first == last ? first : $"{first} to {last}";
    }
}
