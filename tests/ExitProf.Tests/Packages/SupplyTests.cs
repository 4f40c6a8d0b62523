using System.Text.Json;

namespace ExitProf.Tests.Packages;

/// <summary>What the tool brings along of others: its parts list and their licences, next to the command.</summary>
public sealed class SupplyTests
{
    private static readonly string Notices = Path.Combine(AppContext.BaseDirectory, "Notices");

    private static readonly string Lock = Path.Combine(SourceTree.Root, "src", "ExitProf", "packages.lock.json");

    private static (string Name, string Version, string Hash)[] Restored()
    {
        using JsonDocument locked = JsonDocument.Parse(File.ReadAllBytes(Lock));
        return
        [
            .. locked.RootElement.GetProperty("dependencies").EnumerateObject()
                .SelectMany(framework => framework.Value.EnumerateObject())
                .Where(p => p.Value.GetProperty("type").GetString() != "Project")
                .Select(p => (p.Name, p.Value.GetProperty("resolved").GetString()!, p.Value.GetProperty("contentHash").GetString()!))
                .Distinct(),
        ];
    }

    [Fact]
    public void The_parts_list_has_every_package_that_was_restored_with_its_hash_and_nothing_else()
    {
        using JsonDocument list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Notices, "exitprof.cdx.json")));
        Assert.Equal("CycloneDX", list.RootElement.GetProperty("bomFormat").GetString());
        var listed = list.RootElement.GetProperty("components").EnumerateArray().Select(c => (
            c.GetProperty("name").GetString()!,
            c.GetProperty("version").GetString()!,
            Convert.ToBase64String(Convert.FromHexString(c.GetProperty("hashes")[0].GetProperty("content").GetString()!))));
        Assert.Equal(Restored().Order(), listed.Order());
        Assert.All(
            list.RootElement.GetProperty("components").EnumerateArray(),
            c => Assert.Equal(
                $"pkg:nuget/{c.GetProperty("name").GetString()}@{c.GetProperty("version").GetString()}",
                c.GetProperty("purl").GetString()));
    }

    [Fact]
    public void The_notices_name_every_package()
    {
        string notices = File.ReadAllText(Path.Combine(Notices, "NOTICES.md"));
        Assert.All(
            Restored(),
            // A package of natives has the notices of its library.
            p => Assert.Contains(p.Name.Split(".NativeAssets")[0], notices, StringComparison.Ordinal));
        foreach (string file in (string[])["ScottPlot-LICENSE.txt", "SkiaSharp.txt", "Apache-2.0.txt"])
            Assert.True(File.Exists(Path.Combine(Notices, file)), $"{file} is missing");
    }
}
