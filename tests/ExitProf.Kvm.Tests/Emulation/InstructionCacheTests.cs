using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Emulation;

/// <summary>The cache by itself. Needs no /dev/kvm.</summary>
public sealed class InstructionCacheTests
{
    private static readonly EmulatedInstruction Popcnt = new(Operation.Popcnt, 4, default, 4, 0, RegisterBytes: 4);

    [Fact]
    public void What_it_keeps_is_found_by_all_of_its_key_and_nothing_else()
    {
        var cache = new InstructionCache(64, withPlaces: false);
        var key = new InstructionKey(0x1000, 0x2000, PagingFlags.User);
        int at = cache.Insert(key, Popcnt, default);
        Assert.Equal(at, cache.Find(key));
        Assert.Equal(-1, cache.Find(key with { Rip = 0x1001 }));
        Assert.Equal(-1, cache.Find(key with { Cr3 = 0x3000 }));
        Assert.Equal(-1, cache.Find(key with { Mode = PagingFlags.None }));
    }

    [Fact]
    public void A_full_set_gives_up_what_was_not_used_for_longest()
    {
        var cache = new InstructionCache(4, withPlaces: false);
        InstructionKey[] keys = [.. Enumerable.Range(0, 5).Select(i => new InstructionKey((ulong)i, 0, PagingFlags.None))];
        foreach (InstructionKey key in keys[..4]) cache.Insert(key, Popcnt, default);
        cache.Hit(cache.Find(keys[0]));
        cache.Insert(keys[4], Popcnt, default);
        Assert.Equal(-1, cache.Find(keys[1]));
        Assert.All((int[])[0, 2, 3, 4], i => Assert.NotEqual(-1, cache.Find(keys[i])));
        Assert.Equal(new CacheCounters(1, 0, 1, 0, 0), cache.Counters);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(1024)]
    [InlineData(65536)]
    public void Instructions_in_a_row_up_to_nine_tenths_of_the_capacity_all_stay(int entries)
    {
        var cache = new InstructionCache(entries, withPlaces: false);
        int count = entries * 9 / 10;
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < count; i++)
            {
                var key = new InstructionKey(GuestLayout.CodeLinear + (ulong)i * 16, 0x10000000, PagingFlags.User);
                if (cache.Find(key) < 0) cache.Insert(key, Popcnt, default);
                else cache.Hit(cache.Find(key));
            }
        }
        Assert.True(cache.Counters.Hits >= count * 97 / 100, $"{cache.Counters.Hits} of {count}");
    }

    [Fact]
    public void A_write_drops_the_instructions_whose_bytes_or_tables_it_changes_and_no_other()
    {
        var cache = new InstructionCache(64, withPlaces: true);
        InstructionKey[] keys = [.. Enumerable.Range(0, 3).Select(i => new InstructionKey((ulong)i * 16, 0, PagingFlags.None))];
        for (int i = 0; i < 3; i++)
        {
            var place = new InstructionPlace(0x5000 + (ulong)i * 16, 4, 0, 0);
            place.FirstEntries[3] = 0x3000 + (ulong)i * 8;
            cache.SetPlace(cache.Insert(keys[i], Popcnt, default), place);
        }
        cache.DropWritten(0x5004, 8);
        Assert.All(keys, k => Assert.NotEqual(-1, cache.Find(k)));
        cache.DropWritten(0x5013, 1);
        Assert.Equal((true, false, true), (cache.Find(keys[0]) >= 0, cache.Find(keys[1]) >= 0, cache.Find(keys[2]) >= 0));
        cache.DropWritten(0x3010, 1);
        Assert.Equal((true, false, false), (cache.Find(keys[0]) >= 0, cache.Find(keys[1]) >= 0, cache.Find(keys[2]) >= 0));
    }
}
