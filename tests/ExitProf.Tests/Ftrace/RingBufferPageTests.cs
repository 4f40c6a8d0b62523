using ExitProf.Traces;

namespace ExitProf.Tests.Ftrace;

public sealed class RingBufferPageTests
{
    private const ulong Missed = 1UL << 31;
    private const ulong Stored = 1UL << 30;

    [Fact]
    public void Times_add_up_over_all_types_of_events()
    {
        byte[] large = new byte[200];
        large[199] = 7;
        byte[] page = new PageBuilder(1000).Event(0, 1, 0, 0, 0).Event(5, 2, 0, 0, 0, 9, 9, 9, 9)
            .TimeExtend(1UL << 40).Event(3, 3, 0, 0, 0).Discarded(10, 24).Event(4, 4, 0, 0, 0).Event(6, large).Build();
        var read = Read(page);
        Assert.Equal([(1000UL, 4), (1005, 8), (1008 + (1UL << 40), 4), (1022 + (1UL << 40), 4), (1028 + (1UL << 40), 200)], read.Events);
        Assert.Equal((PageDamage.None, 0L, 1), (read.Damage, read.Missed, read.Discarded));
    }

    [Fact]
    public void A_discarded_event_of_one_tick_has_no_time() =>
        Assert.Equal([(1000UL, 4)], Read(new PageBuilder(1000).Discarded(1, 8).Event(0, 1, 0, 0, 0).Build()).Events);

    [Fact]
    public void Upper_bits_of_an_absolute_stamp_come_from_the_one_before()
    {
        const ulong Page = 0x2800_0000_0000_0000 + 500;
        ulong later = Page + 12345;
        Assert.Equal([(later + 1, 4)], Read(new PageBuilder(Page).Absolute(later & ~(0x1fUL << 59)).Event(1, 1, 0, 0, 0).Build()).Events);
        // A clock that has crossed the 59th bit since.
        const ulong Old = 0x2fff_ffff_ffff_ff00;
        Assert.Equal([(0x3000_0000_0000_0010UL, 4)], Read(new PageBuilder(Old).Absolute(0x10).Event(0, 1, 0, 0, 0).Build()).Events);
        // A clock below it needs nothing.
        Assert.Equal([(77UL, 4)], Read(new PageBuilder(50).Absolute(77).Event(0, 1, 0, 0, 0).Build()).Events);
    }

    [Fact]
    public void Lost_events_are_told_with_their_number_or_without()
    {
        var builder = new PageBuilder(1).Event(0, 1, 0, 0, 0);
        Assert.Equal(0, Read(builder.Build()).Missed);
        Assert.Equal(-1, Read(builder.Build(Missed)).Missed);
        Assert.Equal(1234, Read(builder.Build(Missed | Stored, 1234)).Missed);
        Assert.Equal(-1, Read(builder.Build(Missed | Stored, -5)).Missed);
        Assert.Equal(-1, Read(builder.Build(Missed | Stored, commit: 4076)).Missed);
        Assert.Single(Read(builder.Build(Missed | Stored, 1234)).Events);
    }

    [Fact]
    public void Padding_without_time_ends_the_page()
    {
        var read = Read(new PageBuilder(1).Event(0, 1, 0, 0, 0).Word(29, 0).Event(0, 2, 0, 0, 0).Build());
        Assert.Single(read.Events);
        Assert.Equal(PageDamage.None, read.Damage);
    }

    [Fact]
    public void Damage_is_told_and_what_came_before_is_kept()
    {
        var good = new PageBuilder(1).Event(0, 1, 0, 0, 0);
        byte[] page = good.Build();
        Assert.Equal(PageDamage.ShortHeader, Read(page[..15]).Damage);
        Assert.Equal(PageDamage.EventBeyondCommit, Read(good.Build(commit: 6)).Damage);
        var cut = Read(good.Build()[..20]);
        Assert.Equal(PageDamage.CommitBeyondPage, cut.Damage);
        Assert.Empty(cut.Events.Skip(1));

        void Is(PageDamage damage, PageBuilder builder)
        {
            var read = Read(builder.Build());
            Assert.Equal(damage, read.Damage);
            Assert.Single(read.Events);
        }

        Is(PageDamage.EventBeyondCommit, new PageBuilder(1).Event(0, 1, 0, 0, 0).Word(28, 0).Raw(0));
        Is(PageDamage.EventBeyondCommit, new PageBuilder(1).Event(0, 1, 0, 0, 0).Word(30, 0));
        Is(PageDamage.EventBeyondCommit, new PageBuilder(1).Event(0, 1, 0, 0, 0).Word(0, 0).Raw(0xffff_fffc));
        Is(PageDamage.BadLength, new PageBuilder(1).Event(0, 1, 0, 0, 0).Word(0, 0).Raw(0));
        Is(PageDamage.BadLength, new PageBuilder(1).Event(0, 1, 0, 0, 0).Word(0, 0).Raw(5).Raw(0));
        Is(PageDamage.BadLength, new PageBuilder(1).Event(0, 1, 0, 0, 0).Word(29, 3).Raw(0));
    }

    [Fact]
    public void A_page_that_promises_more_than_it_has_is_read_and_told()
    {
        byte[] page = new PageBuilder(1, dataBytes: 64).Event(0, [1, .. new byte[27]]).Event(0, [1, .. new byte[27]]).Build(commit: 4000);
        var read = Read(page);
        Assert.Equal(2, read.Events.Count);
        Assert.Equal(PageDamage.CommitBeyondPage, read.Damage);
    }

    [Fact]
    public void An_empty_page_has_no_events_and_no_damage()
    {
        var read = Read(new PageBuilder(1).Build());
        Assert.Empty(read.Events);
        Assert.Equal(PageDamage.None, read.Damage);
    }

    [Fact]
    public void Walking_a_page_allocates_nothing()
    {
        byte[] page = HostSample.Fixture("svm-6.1-cloud-qemu", "pio_out-cpl0").Raw[..4096];
        var decoder = new KernelEventDecoder(HostSample.Fixture("svm-6.1-cloud-qemu", "pio_out-cpl0").Formats);
        Count(page, decoder);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int events = Count(page, decoder);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(events, 50, 200);
    }

    /// <summary>Seeded, and long enough to find what a wrong check lets through; a failure names the seed.</summary>
    [Fact]
    public void Damaged_pages_never_throw_and_never_loop()
    {
        var samples = new[]
        {
            HostSample.Fixture("svm-6.1-cloud-qemu", "mmio_read-cpl0"),
            HostSample.Fixture("vmx-6.1-cloud-bochs", "pio_out-cpl3"),
        };
        var decoders = samples.Select(s => new KernelEventDecoder(s.Formats)).ToArray();
        const int Pages = 5_000;
        for (int seed = 0; seed < Pages; seed++)
        {
            var random = new Random(seed);
            int which = random.Next(samples.Length);
            byte[] page = samples[which].Pages().ElementAt(random.Next(3));
            Damage(page, random);
            var span = page.AsSpan(0, random.Next(4) == 0 ? random.Next(page.Length + 1) : page.Length);
            try
            {
                var walk = new RingBufferPage(span, samples[which].Layout);
                var pairing = new ExitPairing(random.Next(2) == 0 ? samples[which].Backend : Backend.Pvm);
                int steps = 0;
                while (walk.MoveNext())
                {
                    Assert.True(++steps <= page.Length / 4, "More events than fit.");
                    Assert.True(walk.Payload.Length <= page.Length);
                    if (!decoders[which].TryDecode(walk.Tsc, walk.Payload, out var e) || !pairing.Add(in e)) continue;
                    Check(pairing.Finished);
                }
                Assert.False(walk.MoveNext());
                if (pairing.Complete()) Check(pairing.Finished);
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"Seed {seed}: {e}");
            }
        }
    }

    private static void Check(PairedExit exit)
    {
        Assert.Equal(exit.Signature.Length, exit.Times.Length);
        Assert.NotNull(exit.Reason);
        Assert.NotNull(exit.KvmExit);
        if (exit.Kind != ExitKind.Unknown)
            Walk.Of(BorderTable.Row(exit.Kind, exit.Destination, Backend.Svm, vmmStamps: false), exit.Signature);
    }

    private static void Damage(byte[] page, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                random.NextBytes(page);
                page[10] = 0;
                break;
            case 1:
                for (int i = random.Next(1, 8); i > 0; i--) page[random.Next(page.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                random.NextBytes(page.AsSpan(random.Next(16, page.Length)));
                break;
            default:
                // Lengths and types at the edge of what can be.
                int at = 16 + 4 * random.Next((page.Length - 16) / 4);
                uint[] edges = [0, 29, 30, 31, 28, uint.MaxValue, 0x8000_0000, 4, 3, 0xffff_fffc];
                BitConverter.TryWriteBytes(page.AsSpan(at), edges[random.Next(edges.Length)]);
                break;
        }
    }

    private static int Count(byte[] bytes, KernelEventDecoder decoder)
    {
        int count = 0;
        var page = new RingBufferPage(bytes, RingBufferLayout.Default);
        while (page.MoveNext())
        {
            if (decoder.TryDecode(page.Tsc, page.Payload, out _)) count++;
        }
        return count;
    }

    private static (List<(ulong Tsc, int Length)> Events, PageDamage Damage, long Missed, int Discarded) Read(byte[] bytes)
    {
        var page = new RingBufferPage(bytes, RingBufferLayout.Default);
        var events = new List<(ulong, int)>();
        while (page.MoveNext()) events.Add((page.Tsc, page.Payload.Length));
        return (events, page.Damage, page.MissedEvents, page.Discarded);
    }
}
