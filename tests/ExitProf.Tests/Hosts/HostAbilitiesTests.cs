using System.Text;
using ExitProf.Hosts;
using ExitProf.Recording;

namespace ExitProf.Tests.Hosts;

/// <summary>What doctor says that this machine can do, and what an emulated host returns of itself.</summary>
public sealed class HostAbilitiesTests
{
    private const string Trouble = "open(/dev/kvm) failed with ENOENT";

    [Theory]
    [InlineData(true, true, "ok", "live cycles (/dev/kvm), exact instructions", "")]
    [InlineData(true, false, "limited", "no exact instructions: QEMU is missing", "Install QEMU.")]
    [InlineData(false, true, "limited", "no live cycles: open(/dev/kvm) failed with ENOENT", "load kvm_intel or kvm_amd")]
    [InlineData(false, false, "missing", "reports of recorded traces only", "Install QEMU.")]
    public void One_line_says_what_there_is_and_what_would_add_the_rest(bool live, bool exact, string state, string found, string remedy)
    {
        var supply = exact
            ? new HostSupply(true, "QEMU and a kernel are here", "")
            : new HostSupply(false, "QEMU is missing", "Install QEMU.");
        HostCheck check = HostAbilities.Check(live ? null : Trouble, supply);
        Assert.Equal(state, check.State.Name());
        Assert.Contains(found, check.Found);
        Assert.Contains(remedy, check.Remedy);
        Assert.Equal(live && exact, check.Remedy.Length == 0);
    }

    [Fact]
    public void Only_whole_entries_of_the_cache_count()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder["cache"], "kernel", "half"));
        Directory.CreateDirectory(Path.Combine(folder["cache"], "qemu", "half"));
        Assert.NotEqual("QEMU and a kernel are here", HostSupply.Of(folder["cache"]).Found);
        var cache = new HostCache(folder["cache"], _ => { });
        foreach (string kind in (string[])["kernel", "qemu"]) cache.GetOrMake(kind, "whole", Fill, CancellationToken.None);
        Assert.Equal(new HostSupply(true, "QEMU and a kernel are here", ""), HostSupply.Of(folder["cache"]));

        static string Fill(string path)
        {
            File.WriteAllText(Path.Combine(path, "file"), "contents");
            return "filled";
        }
    }

    [Fact]
    public void Checks_come_back_from_a_guest_as_they_were()
    {
        HostCheck[] checks = [new("clock", CheckState.Limited, "It ticks.", "Wait."), new("kvm", CheckState.Missing, "None.", "")];
        using var stream = new MemoryStream();
        HostChecks.Write(stream, checks);
        Assert.Equal(checks, HostChecks.Read(stream.ToArray()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"checks":[{"name":"kvm"}]}""")]
    [InlineData("""{"checks":[{"name":"kvm","state":"wrong","found":"","remedy":""}]}""")]
    [InlineData("""{"checks":[{"name":7,"state":"ok","found":"","remedy":""}]}""")]
    public void Rubbish_from_a_guest_is_one_sentence(string text) =>
        Assert.Contains("returned no checks", Assert.Throws<HostException>(() => HostChecks.Read(Encoding.UTF8.GetBytes(text))).Message);

    [Fact]
    public void A_kernel_is_known_by_its_contents_and_not_by_its_path()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["one"], "kernel");
        File.WriteAllText(folder["other"], "kernel");
        File.WriteAllText(folder["third"], "kernel.");
        Assert.Equal(Checksum("one"), Checksum("other"));
        Assert.NotEqual(Checksum("one"), Checksum("third"));

        string Checksum(string name) => new HostKernel("6.1", folder[name], name, []).Checksum();
    }
}
