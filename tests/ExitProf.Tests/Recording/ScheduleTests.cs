using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Tests.Recording;

public sealed class ScheduleTests
{
    private const EventGroups Full = EventGroups.Kvm | EventGroups.Rcu | EventGroups.RawSyscalls;

    [Fact]
    public void The_same_seed_gives_the_same_order_and_another_one_another()
    {
        Assert.Equal(Order(7, Full, 5), Order(7, Full, 5));
        Assert.NotEqual(Order(7, Full, 5), Order(8, Full, 5));
        // Both halves of the seed count.
        Assert.NotEqual(Order(7, Full, 5), Order(7 | 1UL << 40, Full, 5));
    }

    [Theory]
    [InlineData(Full | EventGroups.Msr | EventGroups.Probes, 8)]
    [InlineData(Full, 6)]
    [InlineData(EventGroups.Kvm | EventGroups.Rcu, 5)]
    [InlineData(EventGroups.Kvm, 2)]
    [InlineData(EventGroups.None, 1)]
    public void Each_round_has_every_set_of_events_and_the_full_one_twice(EventGroups traced, int sets)
    {
        var schedule = new Schedule(1, traced, 1);
        for (int i = 0; i < 50; i++)
        {
            IReadOnlyList<EventGroups> round = [.. schedule.Round().Select(c => c.Groups)];
            Assert.Equal(sets, round.Count);
            Assert.Single(round, EventGroups.None);
            if (traced == EventGroups.None) continue;
            Assert.Equal(traced.Each().Count() > 1 ? 2 : 1, round.Count(s => s == traced));
            if (traced.Each().Count() > 1) Assert.All(traced.Each(), g => Assert.Single(round, traced & ~g));
        }
    }

    [Fact]
    public void Each_pass_has_every_configuration_once_and_in_all_orders()
    {
        var schedule = new Schedule(3, EventGroups.None, 3);
        var seen = new HashSet<string>();
        for (int i = 0; i < 200; i++)
        {
            IReadOnlyList<int> pass = schedule.Pass();
            Assert.Equal([0, 1, 2], pass.Order());
            seen.Add(string.Join(',', pass));
        }
        Assert.Equal(6, seen.Count);
    }

    private static string Order(ulong seed, EventGroups traced, int configurations)
    {
        var schedule = new Schedule(seed, traced, configurations);
        return string.Join(
            ' ',
            Enumerable
                .Range(0, 10)
                .SelectMany(_ => schedule.Round().Select(s => s.Groups.Name()).Concat(schedule.Pass().Select(p => p.ToString())))
        );
    }
}
