using System.Runtime.Versioning;
using ExitProf.Traces;

namespace ExitProf.Tests.Nettrace;

[SupportedOSPlatform("linux")]
public sealed class WholeFileTests
{
    [Fact]
    public void A_write_that_fails_leaves_the_older_file_and_nothing_beside_it()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "report.json");
        File.WriteAllText(path, "older");
        Assert.Throws<IOException>(() => WholeFile.Write(path, stream =>
        {
            stream.Write("half of"u8);
            throw new IOException("No space left on device", 28);
        }));
        Assert.Equal("older", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_full_disk_is_told_by_the_name_of_the_file_that_was_asked_for()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "report.json");
        var failure = Assert.Throws<IOException>(() =>
            WholeFile.Write(path, stream => throw new IOException($"No space left on device : '{((FileStream)stream).Name}'", 28))
        );
        Assert.Contains($"'{path}'", failure.Message);
        Assert.Equal(28, failure.HResult);
    }

    [Fact]
    public void A_new_file_has_the_older_ones_mode_and_a_link_stays_a_link()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "real"), link = Path.Combine(folder.Path, "link");
        File.WriteAllText(path, "older");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(link, path);
        WholeFile.WriteText(link, writer => writer.Write("newer"));
        Assert.Equal("newer", File.ReadAllText(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(path, File.ResolveLinkTarget(link, returnFinalTarget: true)!.FullName);
    }

    [Fact]
    public void What_a_killed_process_left_is_removed_and_what_a_living_one_writes_is_not()
    {
        using var folder = new TemporaryFolder();
        string dead = Path.Combine(folder.Path, $".a.html.{int.MaxValue}.new"), living = Path.Combine(folder.Path, ".a.html.1.new");
        File.WriteAllText(dead, "");
        File.WriteAllText(living, "");
        WholeFile.WriteText(Path.Combine(folder.Path, "a.html"), writer => writer.Write("whole"));
        Assert.False(File.Exists(dead));
        Assert.True(File.Exists(living));
    }

    [Fact]
    public void A_device_is_written_to_and_stays_one()
    {
        WholeFile.WriteText("/dev/null", writer => writer.Write("gone"));
        WholeFile.Try("/dev/null");
        Assert.Equal("", File.ReadAllText("/dev/null"));
        Assert.Throws<IOException>(() => WholeFile.WriteText("/dev/full", writer => writer.Write("lost")));
        using var folder = new TemporaryFolder();
        string link = Path.Combine(folder.Path, "link");
        File.CreateSymbolicLink(link, "/dev/full");
        Assert.Throws<IOException>(() => WholeFile.WriteText(link, writer => writer.Write("lost")));
        Assert.Equal(0, new FileInfo("/dev/full").Length);
    }
}
