using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>What is kept between runs: whole or not at all, made once, and nothing left of what was broken off.</summary>
public sealed class HostCacheTests
{
    private static CancellationToken Never => CancellationToken.None;

    [Fact]
    public void An_entry_is_made_once_and_found_again()
    {
        using var folder = new TemporaryFolder();
        int made = 0;
        for (int i = 0; i < 2; i++)
        {
            CacheEntry entry = Open(folder).GetOrMake("kernel", "k", f => Fill(f, ref made), Never);
            Assert.Equal("contents", File.ReadAllText(entry.File("file")));
            Assert.Equal("made 1 times", entry.About);
            Assert.True(HostCache.Verify(entry));
        }
        Assert.Equal(1, made);
        Assert.Equal(["k"], Open(folder).List().Select(e => e.Key));
    }

    [Fact]
    public void What_fails_half_way_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        HostCache cache = Open(folder);
        Assert.Throws<HostException>(() => cache.GetOrMake("kernel", "k", f =>
        {
            File.WriteAllText(Path.Combine(f, "half"), "");
            throw new HostException("no more");
        }, Never));
        Assert.Null(cache.TryOpen("kernel", "k"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["new"]));
    }

    [Theory]
    [InlineData("shorter")]
    [InlineData("gone")]
    [InlineData("unlisted")]
    [InlineData("newer")]
    public void An_entry_that_is_not_whole_is_made_again(string damage)
    {
        using var folder = new TemporaryFolder();
        int made = 0;
        CacheEntry entry = Open(folder).GetOrMake("kernel", "k", f => Fill(f, ref made), Never);
        string list = entry.File("contents.json");
        if (damage == "shorter") File.WriteAllText(entry.File("file"), "con");
        if (damage == "gone") File.Delete(entry.File("file"));
        if (damage == "unlisted") File.Delete(list);
        if (damage == "newer") File.WriteAllText(list, File.ReadAllText(list)
            .Replace("\"schema\": 1", "\"schema\": 2", StringComparison.Ordinal));
        Assert.Null(Open(folder).TryOpen("kernel", "k"));
        CacheEntry again = Open(folder).GetOrMake("kernel", "k", f => Fill(f, ref made), Never);
        Assert.Equal((2, "contents"), (made, File.ReadAllText(again.File("file"))));
    }

    [Fact]
    public void Changed_bytes_of_the_same_length_are_found_by_the_checksum()
    {
        using var folder = new TemporaryFolder();
        int made = 0;
        CacheEntry entry = Open(folder).GetOrMake("kernel", "k", f => Fill(f, ref made), Never);
        File.WriteAllText(entry.File("file"), "CONTENTS");
        Assert.False(HostCache.Verify(entry));
    }

    [Fact]
    public async Task Two_at_once_make_it_once_and_the_second_says_that_it_waits()
    {
        using var folder = new TemporaryFolder();
        using var begun = new ManualResetEventSlim();
        using var waited = new ManualResetEventSlim();
        int made = 0;
        Task<CacheEntry> first = Task.Run(() => Open(folder).GetOrMake("kernel", "k", f =>
        {
            begun.Set();
            waited.Wait();
            return Fill(f, ref made);
        }, Never));
        begun.Wait();
        var second = new HostCache(folder.Path, said =>
        {
            Assert.Contains("waiting", said);
            waited.Set();
        });
        CacheEntry entry = await Task.Run(() => second.GetOrMake("kernel", "k", f => Fill(f, ref made), Never));
        Assert.Equal((await first).Folder, entry.Folder);
        Assert.Equal(1, made);
    }

    [Fact]
    public void A_process_that_waits_can_be_interrupted()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["kernel"]);
        using FileStream held = new(folder["kernel/k.lock"], FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        using var interrupt = new CancellationTokenSource();
        var cache = new HostCache(folder.Path, _ => interrupt.Cancel());
        Assert.Throws<OperationCanceledException>(() => cache.GetOrMake("kernel", "k", _ => "", interrupt.Token));
    }

    [Fact]
    public void What_a_dead_process_left_is_removed_and_what_a_living_one_has_stays()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["new/dead"]);
        File.WriteAllText(folder["new/dead/ram"], "");
        File.WriteAllText(folder["new/dead.lock"], "");
        Directory.CreateDirectory(folder["new/living"]);
        using FileStream held = new(folder["new/living.lock"], FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        _ = Open(folder);
        Assert.Equal(["living", "living.lock"], Directory.EnumerateFileSystemEntries(folder["new"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_forgotten_entry_is_gone()
    {
        using var folder = new TemporaryFolder();
        int made = 0;
        CacheEntry entry = Open(folder).GetOrMake("machine", "m", f => Fill(f, ref made), Never);
        Assert.Equal(8, HostCache.Forget(entry));
        Assert.Empty(Open(folder).List());
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named_with_the_remedy()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        string message = Assert.Throws<HostException>(() => new HostCache(folder["file"], _ => { })).Message;
        Assert.Contains(folder["file"], message);
        Assert.Contains("XDG_CACHE_HOME", message);
    }

    private static HostCache Open(TemporaryFolder folder) => new(folder.Path, _ => { });

    private static string Fill(string folder, ref int made)
    {
        File.WriteAllText(Path.Combine(folder, "file"), "contents");
        return $"made {++made} times";
    }
}
