using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>Events leave the queue as if they had been sorted by time, those of one time in the order in which they came.</summary>
public sealed class EventQueueTests
{
    private sealed class Taken : IQueuedEventSink
    {
        internal List<(ulong Time, int Number)> Events { get; } = [];

        public void Take(ReadOnlySpan<QueuedEvent> events)
        {
            foreach (ref readonly QueuedEvent e in events) Events.Add((e.Time, e.Thread));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(100)]
    public void Rounds_over_the_cpus_come_out_in_order(int cpus)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            var given = new List<(ulong Time, int Number)>();
            var taken = new Taken();
            var queue = new EventQueue(taken);
            ulong from = 1;
            // A round has what each CPU wrote since the round before: up to now, which is later for each of them.
            var read = new ulong[cpus];
            for (int round = 0; round < 12; round++)
            {
                ulong now = from + 40;
                for (int cpu = 0; cpu < cpus; cpu++)
                {
                    ulong time = read[cpu] = Math.Max(read[cpu], from);
                    now += (ulong)random.Next(3);
                    for (; (time += (ulong)random.Next(4)) < now; read[cpu] = time) Add(queue, given, time);
                }
                queue.EndRound();
                // The recorder is back at the first CPU when it has been at the last.
                from = now;
            }
            queue.Complete();
            Assert.Equal(given.OrderBy(e => e.Time), taken.Events);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(50)]
    [InlineData(100_000)]
    public void Any_order_is_put_right(int times)
    {
        for (int seed = 1; seed <= 50; seed++)
        {
            var random = new Random(seed);
            var given = new List<(ulong Time, int Number)>();
            var taken = new Taken();
            var queue = new EventQueue(taken);
            for (int i = random.Next(1000); i > 0; i--) Add(queue, given, (ulong)random.Next(times));
            queue.Complete();
            Assert.Equal(given.OrderBy(e => e.Time), taken.Events);
        }
    }

    private static void Add(EventQueue queue, List<(ulong Time, int Number)> given, ulong time)
    {
        queue.Add(new QueuedEvent { Thread = given.Count, Event = QueuedEvent.At(time, 0) });
        given.Add((time, given.Count));
    }
}
