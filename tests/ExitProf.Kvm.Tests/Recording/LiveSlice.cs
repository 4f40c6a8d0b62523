using System.Globalization;
using ExitProf.Kvm.Tests.Inside;

namespace ExitProf.Kvm.Tests.Recording;

/// <summary>
/// The scenarios that a run of the tests records at length: those that are always recorded, and some that EXITPROF_LIVE_SEED draws.
/// VerifiedHostTests and the quick suite record every scenario each time, of a few exits. tests/live.sh asks for all.
/// </summary>
internal static class LiveSlice
{
    private const int Drawn = 6;
    private const int Turns = 3;

    /// <summary>In an emulated host the batch has a seed of its own, which draws from all of them.</summary>
    public static bool IsAll => EmulatedMachine.IsHere || Environment.GetEnvironmentVariable("EXITPROF_LIVE_ALL") == "1";

    public static int Seed => Environment.GetEnvironmentVariable("EXITPROF_LIVE_SEED") is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture)
        : 1;

    private static string Reason => $"not in the slice of EXITPROF_LIVE_SEED={Seed}: tests/live.sh records all";

    /// <returns>All of them, those that are not drawn with the reason to skip them.</returns>
    public static IEnumerable<TheoryDataRow<string>> Of(IReadOnlyList<string> always, IEnumerable<string> scenarios)
    {
        string[] all = [.. scenarios];
        HashSet<string> drawn = [.. always, .. Some([.. all.Except(always)], Drawn)];
        return all.Select(s => new TheoryDataRow<string>(s) { Skip = drawn.Contains(s) ? null : Reason });
    }

    /// <summary>So many of them, all if all are asked for; in no order.</summary>
    public static T[] Some<T>(T[] all, int drawn)
    {
        if (IsAll) return all;
        T[] shuffled = [.. all];
        new Random(Seed).Shuffle(shuffled);
        return shuffled[..Math.Min(drawn, shuffled.Length)];
    }

    /// <summary>
    /// Takes a long test to be one of the seeds that are <paramref name="turn"/> modulo 3: several processes of the command, or a machine
    /// that exits all the time while others start.
    /// </summary>
    public static void TakeTurns(int turn) => Assert.SkipUnless(IsAll || Seed % Turns == turn,
        $"EXITPROF_LIVE_SEED={Seed} is not {turn} modulo {Turns}: tests/live.sh runs all");

    public static void SkipTheRest() => Assert.SkipUnless(IsAll, Reason);
}
