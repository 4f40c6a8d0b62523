using System.Collections.Frozen;
using System.Globalization;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// The share of an event's cost that comes before it reads the clock, counted instruction by instruction in emulated hosts
/// (EventHeads.csv, made by tests/hosts/event-heads.sh). No stamp of a recording can tell it: traced less untraced gives sums only.
/// </summary>
internal static class EventHeads
{
    private const string Table = "EventHeads.csv";
    private static readonly FrozenDictionary<(string Kernel, string Stamp), (double Share, int Cost)> Counted = Read();
    private static readonly FrozenDictionary<string, double> ByStamp =
        Counted.GroupBy(s => s.Key.Stamp).ToFrozenDictionary(s => s.Key, s => s.Average(v => v.Value.Share));
    private static readonly double All = Counted.Values.Average(v => v.Share);

    /// <summary>The kernels' versions under which events were counted: "6.1 and 6.12".</summary>
    public static string Kernels { get; } =
        string.Join(" and ", Counted.Keys.Select(k => k.Kernel).Distinct().OrderBy(k => System.Version.Parse(k)));

    /// <summary>Whether it was counted under this kernel's version.</summary>
    /// <param name="release">"6.1.0-57-cloud-amd64".</param>
    public static bool Has(string release) => Counted.Keys.Any(k => k.Kernel == Version(release));

    /// <summary>The share under this kernel's version, or else the mean of those that were counted, of this event if it was.</summary>
    public static double Share(string release, Stamp stamp) =>
        Counted.TryGetValue((Version(release), stamp.Name()), out var known) ? known.Share : ByStamp.GetValueOrDefault(stamp.Name(), All);

    /// <summary>Instructions of an event under this kernel's version, what it makes slower included; 0 if it was not counted.</summary>
    public static int Cost(string release, Stamp stamp) => Counted.GetValueOrDefault((Version(release), stamp.Name())).Cost;

    private static string Version(string release) => string.Join('.', release.Split('.', '-', '+').Take(2));

    private static FrozenDictionary<(string, string), (double, int)> Read()
    {
        using Stream stream = typeof(EventHeads).Assembly.GetManifestResourceStream(Table)!;
        using var reader = new StreamReader(stream);
        var shares = new Dictionary<(string, string), (double, int)>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#' || line.Split(',') is not [var kernel, var stamp, var head, var tail]) continue;
            int before = int.Parse(head, CultureInfo.InvariantCulture), after = int.Parse(tail, CultureInfo.InvariantCulture);
            shares[(Version(kernel), stamp)] = (before / (double)(before + after), before + after);
        }
        return shares.ToFrozenDictionary();
    }
}
