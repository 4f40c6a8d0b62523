using System.Globalization;

namespace ExitProf.Hosts.Tests;

/// <summary>A line of <c>tests/hosts/recordings</c>.</summary>
/// <param name="Recorded">Scenario and options: "pio-out --events lean".</param>
public sealed record VerifiedRecording(string Recorded, int Exits)
{
    private const string ExitsOption = " --exits ";
    private const int UsualExits = 100;

    /// <summary>As many seeds in a row run each test.</summary>
    public const int Turns = 8;

    /// <summary>Always recorded: the main job, by user space and by the kernel.</summary>
    private static readonly string[] First = ["pio-out", "ioeventfd-pio"];

    public static string Folder { get; } = Path.Combine(SourceTree.Root, "tests", "hosts");

    private static IEnumerable<VerifiedRecording> All => File.ReadLines(Path.Combine(Folder, "recordings"))
        .Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(ExitsOption))
        .Select(p => new VerifiedRecording(p[0], p.Length == 1 ? UsualExits : int.Parse(p[1], CultureInfo.InvariantCulture)));

    /// <summary>Whether all of them are asked for, as tests/hosts.sh does.</summary>
    public static bool AllAsked => Environment.GetEnvironmentVariable("EXITPROF_HOSTS_ALL") == "1";

    /// <summary>What draws the slice.</summary>
    public static int Seed => Environment.GetEnvironmentVariable("EXITPROF_HOSTS_SEED") is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture)
        : 1;

    public static int Count => All.Count();

    /// <summary>
    /// Takes a long test to be one of the seeds that are <paramref name="seed"/> modulo 8: 1 or 3. Even ones boot a second kernel, and 5
    /// and 7 the machine of the live tests (<see cref="KvmBatch"/>), so that no seed has much more to do than another.
    /// </summary>
    public static void TakeTurns(int seed) => Assert.SkipUnless(AllAsked || Seed % Turns == seed,
        $"EXITPROF_HOSTS_SEED={Seed} is not {seed} modulo {Turns}: tests/hosts.sh runs all");

    /// <summary>The first ones and so many more, drawn by EXITPROF_HOSTS_SEED; all of them with EXITPROF_HOSTS_ALL=1.</summary>
    /// <param name="first">How many of those that are always recorded.</param>
    public static IReadOnlyList<string> Slice(int first, int drawn)
    {
        if (AllAsked) return [.. All.Select(r => r.Recorded)];
        string[] others = [.. All.Select(r => r.Recorded).Except(First)];
        new Random(Seed).Shuffle(others);
        return [.. First.Take(first), .. others.Take(drawn)];
    }

    /// <summary>The first lines of the file.</summary>
    public static IReadOnlyList<VerifiedRecording> Beginning(int lines) => [.. All.Take(lines)];

    public static VerifiedRecording Of(string recorded) => All.Single(r => r.Recorded == recorded);

    /// <summary>The command for the guest; the seed makes two runs equal.</summary>
    public string[] Command() =>
        ["record", .. Recorded.Split(' '), "--exits", Exits.ToString(CultureInfo.InvariantCulture), "--seed", "1"];
}
