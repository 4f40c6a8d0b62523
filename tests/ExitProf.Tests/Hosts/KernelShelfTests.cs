using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>What a kernel's name comes to in the cache.</summary>
public sealed class KernelShelfTests
{
    private const string Package = "linux-image-6.1.0-57-cloud-amd64_6.1.192-3_amd64";

    [Fact]
    public void Names_of_one_package_share_its_entry()
    {
        using var folder = new TemporaryFolder();
        var cache = new HostCache(folder["cache"], _ => { });
        cache.GetOrMake("kernel", Package, Fill, CancellationToken.None);
        foreach (string name in (string[])["debian", "debian-6.1"]) File.WriteAllText(folder[$"cache/kernel/{name}.name"], Package + "\n");
        var shelf = new KernelShelf(cache, mayDownload: false, _ => { }, CancellationToken.None);
        HostKernel own = shelf.Get(KernelChoice.Default, null, null), version = shelf.Get(KernelChoice.Parse("debian:6.1"), null, null);
        Assert.Equal((own.Image, own.Release), (version.Image, version.Release));
        KernelChoice other = KernelChoice.Parse("debian:sid");
        Assert.Contains("not in the cache", Assert.Throws<HostException>(() => shelf.Get(other, null, null)).Message);
    }

    [Fact]
    public void A_name_whose_package_was_forgotten_or_is_no_name_is_not_in_the_cache()
    {
        using var folder = new TemporaryFolder();
        var cache = new HostCache(folder["cache"], _ => { });
        cache.GetOrMake("kernel", Package, Fill, CancellationToken.None);
        var shelf = new KernelShelf(cache, mayDownload: false, _ => { }, CancellationToken.None);
        foreach (string written in (string[])["linux-image-gone", "", "../../elsewhere", "\0"])
        {
            File.WriteAllText(folder["cache/kernel/debian.name"], written);
            Assert.Contains("not in the cache", Assert.Throws<HostException>(() => shelf.Get(KernelChoice.Default, null, null)).Message);
        }
    }

    private static string Fill(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "modules"));
        File.WriteAllText(Path.Combine(folder, "bzImage"), "kernel");
        File.WriteAllText(Path.Combine(folder, "release"), "6.1.0-57-cloud-amd64\n");
        return "Debian " + Package;
    }
}
