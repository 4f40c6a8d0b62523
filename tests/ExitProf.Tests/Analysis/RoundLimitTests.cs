using ExitProf.Analysis;

namespace ExitProf.Tests.Analysis;

/// <summary>Sums by round merge in any order, and their number is bounded.</summary>
public sealed class RoundLimitTests
{
    [Fact]
    public void Sums_by_round_are_the_same_however_they_are_merged()
    {
        RoundTable[] parts = [.. Enumerable.Range(0, 3).Select(Part)];
        RoundTable left = Part(0), right = Part(1);
        left.Absorb(parts[1]);
        left.Absorb(parts[2]);
        right.Absorb(parts[2]);
        RoundTable first = Part(0);
        first.Absorb(right);
        Assert.Equal(Rows(left), Rows(first));
        Assert.Equal(Rows(left).Sum(r => r.Exits), parts.Sum(p => Rows(p).Sum(r => r.Exits)));

        static RoundTable Part(int part)
        {
            var table = new RoundTable(steps: 2);
            var random = new Random(part);
            for (int i = 0; i < 500; i++)
            {
                Span<double> steps = table.Add(random.Next(200), random.Next(1, 9), random.Next(1_000_000));
                steps[0] += random.Next(1000);
                steps[1] += i;
            }
            return table;
        }
    }

    [Fact]
    public void Halving_the_number_of_rounds_keeps_their_sums()
    {
        var table = new RoundTable(steps: 1);
        for (int round = 0; round < 1001; round++) table.Add(round, 2, 10)[0] = round;
        var whole = Rows(table);
        table.Halve();
        Assert.Equal(501, table.Count);
        Assert.Equal((whole.Sum(r => r.Exits), whole.Sum(r => r.Cycles)), (Rows(table).Sum(r => r.Exits), Rows(table).Sum(r => r.Cycles)));
        Assert.Equal(whole.Sum(r => r.First), Rows(table).Sum(r => r.First));
    }

    private static List<(int Round, long Exits, double Cycles, double First)> Rows(RoundTable table) =>
        [.. table.Rows.Select(r => (r.Round, r.Exits, r.Cycles, r.Step(0))).OrderBy(r => r.Round)];
}
