using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>Runs that stand in order of time come out as one that does.</summary>
public sealed class RunHeadsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    public void Merged_runs_come_in_order_of_time_and_at_the_same_time_in_order_of_runs(int count)
    {
        var random = new Random(count);
        // Few different times, so that many are the same.
        List<Queue<ulong>> runs = [.. Enumerable.Range(0, count).Select(_ =>
            new Queue<ulong>(Enumerable.Range(0, random.Next(1, 50)).Select(_ => (ulong)random.Next(30)).Order()))];
        var expected = runs.SelectMany((r, i) => r.Select(t => (Time: t, Run: i))).OrderBy(e => e.Time).ThenBy(e => e.Run).ToList();
        var heads = new RunHeads();
        for (int i = 0; i < count; i++) heads.Add(runs[i].Dequeue(), i);
        var merged = new List<(ulong, int)>();
        while (heads.Count > 0)
        {
            merged.Add((heads.Time, heads.Run));
            if (runs[heads.Run].TryDequeue(out ulong next)) heads.Replace(next);
            else heads.Remove();
        }
        Assert.Equal(expected, merged);
    }
}
