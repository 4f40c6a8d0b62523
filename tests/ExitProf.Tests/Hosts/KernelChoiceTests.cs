using System.Diagnostics;
using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>How a kernel is named, and what a kernel image says of itself.</summary>
public sealed class KernelChoiceTests
{
    [Theory]
    [InlineData("debian", "", "")]
    [InlineData("debian:6.1", "", "6.1")]
    [InlineData("debian:6.1.0-57", "", "6.1.0-57")]
    [InlineData("debian:trixie", "trixie", "")]
    [InlineData("debian:bookworm-backports", "bookworm-backports", "")]
    [InlineData("debian:trixie/6.12.43", "trixie", "6.12.43")]
    public void Debians_kernels_are_named_by_version_suite_or_both(string text, string suite, string version) =>
        Assert.Equal(new KernelChoice.Debian(suite, version), KernelChoice.Parse(text));

    [Theory]
    [InlineData("debian:")]
    [InlineData("debian:6.1/trixie")]
    [InlineData("debian:trixie/sid")]
    [InlineData("debian:../../etc")]
    [InlineData("debian:6.1;reboot")]
    [InlineData("no-such-file")]
    public void Whatever_else_is_refused_with_examples(string text) =>
        Assert.Contains("debian:", Assert.Throws<HostException>(() => KernelChoice.Parse(text)).Message);

    [Fact]
    public void The_running_kernel_and_files_have_names_of_their_own()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(new KernelChoice.Running(), KernelChoice.Parse("running"));
        Assert.Equal(new KernelChoice.Running(), KernelChoice.Parse("debian:running"));
        Assert.Equal(new KernelChoice.At(folder.Path), KernelChoice.Parse(folder.Path));
    }

    [Fact]
    public void An_image_tells_its_release()
    {
        using var folder = new TemporaryFolder();
        byte[] image = new byte[0x600];
        (image[0x1FE], image[0x1FF]) = (0x55, 0xAA);
        "HdrS"u8.CopyTo(image.AsSpan(0x202));
        (image[0x20E], image[0x20F]) = (0x00, 0x02);
        "6.1.0-57-cloud-amd64 (somebody) #1 SMP\0"u8.CopyTo(image.AsSpan(0x400));
        File.WriteAllBytes(folder["bzImage"], image);
        Assert.Equal("6.1.0-57-cloud-amd64", KernelImage.Release(folder["bzImage"]));
    }

    [Fact]
    public void A_file_that_is_no_kernel_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        foreach (byte[] contents in (byte[][])[[], [1, 2, 3], new byte[5000]])
        {
            File.WriteAllBytes(folder["text"], contents);
            Assert.Contains(folder["text"], Assert.Throws<HostException>(() => KernelImage.Release(folder["text"])).Message);
        }
    }

    [Fact]
    public void A_pipe_is_no_kernel_and_is_not_waited_for()
    {
        using var folder = new TemporaryFolder();
        Process.Start("mkfifo", [folder["pipe"]]).WaitForExit();
        File.CreateSymbolicLink(folder["link"], folder["pipe"]);
        foreach (string name in (string[])["pipe", "link"])
            Assert.Contains("is no kernel image", Assert.Throws<HostException>(() => KernelImage.Release(folder[name])).Message);
    }

    [Fact]
    public void Versions_are_ordered_by_value()
    {
        string[] names = ["linux-image-6.1.0-9", "linux-image-6.1.0-57", "linux-image-6.12.1", "linux-image-6.1.0-057a", "linux-image-6.1"];
        Assert.Equal(
            ["linux-image-6.1", "linux-image-6.1.0-9", "linux-image-6.1.0-57", "linux-image-6.1.0-057a", "linux-image-6.12.1"],
            names.Order(VersionOrder.Instance));
    }
}
