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

    /// <summary>After an event's name: rows of what it costs when it comes once more in an exit, where that differs.</summary>
    private const string Again = " again";

    /// <summary>
    /// Kernels that speak for those that were not counted and for live cycles. Rows of another one are for that kernel alone, so that they
    /// move no figure of a trace that was recorded elsewhere.
    /// </summary>
    private static readonly string[] Assumed = ["6.1", "6.12"];

    private static readonly FrozenDictionary<(string Kernel, string Stamp), (double Share, int Cost)> Counted = Read();
    private static readonly FrozenDictionary<string, double> ByStamp =
        Counted.Where(c => Assumed.Contains(c.Key.Kernel)).GroupBy(c => c.Key.Stamp)
            .ToFrozenDictionary(s => s.Key, s => s.Average(v => v.Value.Share));
    private static readonly double All = Counted.Where(c => Assumed.Contains(c.Key.Kernel)).Average(c => c.Value.Share);

    /// <summary>The versions of kernels that an assumption is from: "6.1 and 6.12".</summary>
    public static string Kernels { get; } = string.Join(" and ", Assumed);

    /// <summary>Whether it was counted under this kernel's version.</summary>
    /// <param name="release">"6.1.0-57-cloud-amd64".</param>
    public static bool Has(string release) => Counted.Keys.Any(k => k.Kernel == Version(release));

    /// <summary>
    /// The share under this kernel's version, or else the mean of those that speak for others, of this event if they have it.
    /// </summary>
    /// <param name="again">Whether the exit had this event before.</param>
    public static double Share(string release, Stamp stamp, bool again = false) =>
        Find(release, stamp, again) is { } known ? known.Share : ByStamp.GetValueOrDefault(stamp.Name(), All);

    /// <summary>Instructions of an event under this kernel's version, what it makes slower included; 0 if it was not counted.</summary>
    /// <param name="again">Whether the exit had this event before.</param>
    public static int Cost(string release, Stamp stamp, bool again = false) => Find(release, stamp, again)?.Cost ?? 0;

    private static (double Share, int Cost)? Find(string release, Stamp stamp, bool again)
    {
        string kernel = Version(release), name = stamp.Name();
        return again && Counted.TryGetValue((kernel, name + Again), out var later) ? later
            : Counted.TryGetValue((kernel, name), out var known) ? known : null;
    }

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
