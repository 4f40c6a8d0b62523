using System.Globalization;
using System.Text;
using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>The archive that becomes a guest's first root, read back by a reader that knows the format only.</summary>
public sealed class CpioWriterTests
{
    private sealed record Entry(string Name, int Mode, byte[] Contents, int DeviceMajor, int DeviceMinor);

    [Fact]
    public void Files_come_back_as_they_went_in()
    {
        byte[] five = [1, 2, 3, 4, 5];
        Entry[] entries = Read(Write(a =>
        {
            a.File("etc/passwd", "root"u8);
            a.File("bin/five", five, program: true);
            a.File("empty", []);
        }));
        Assert.Equal(["etc", "etc/passwd", "bin", "bin/five", "empty"], entries.Select(e => e.Name));
        Assert.Equal("root", Encoding.ASCII.GetString(entries[1].Contents));
        Assert.Equal(five, entries[3].Contents);
        Assert.Empty(entries[4].Contents);
        Assert.Equal([0x41ED, 0x81A4, 0x41ED, 0x81ED, 0x81A4], entries.Select(e => e.Mode));
    }

    [Fact]
    public void A_folder_comes_once_and_before_what_is_in_it()
    {
        string[] names = [.. Read(Write(a =>
        {
            a.File("a/b/c/one", []);
            a.File("a/b/two", []);
            a.Folder("a/b");
        })).Select(e => e.Name)];
        Assert.Equal(["a", "a/b", "a/b/c", "a/b/c/one", "a/b/two"], names);
    }

    [Fact]
    public void A_device_keeps_its_numbers()
    {
        Entry console = Read(Write(a => a.CharacterDevice("dev/console", 5, 1)))[1];
        Assert.Equal((0x2180, 5, 1), (console.Mode, console.DeviceMajor, console.DeviceMinor));
    }

    [Fact]
    public void A_copied_file_has_the_bytes_of_its_source()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = [.. Enumerable.Range(0, 300_001).Select(i => (byte)(i * 31))];
        File.WriteAllBytes(folder["source"], bytes);
        Assert.Equal(bytes, Read(Write(a => a.Copy("copy", folder["source"])))[0].Contents);
    }

    [Fact]
    public void The_same_files_give_the_same_bytes_in_whole_blocks_of_512()
    {
        byte[] Made() => Write(a => a.File("x", "some text"u8));
        Assert.Equal(Made(), Made());
        Assert.Equal(0, Made().Length % 512);
    }

    private static byte[] Write(Action<CpioWriter> fill)
    {
        var stream = new MemoryStream();
        using (var archive = new CpioWriter(stream)) fill(archive);
        return stream.ToArray();
    }

    private static Entry[] Read(byte[] archive)
    {
        var entries = new List<Entry>();
        int at = 0;
        while (true)
        {
            Assert.Equal("070701", Encoding.ASCII.GetString(archive, at, 6));
            int Field(int index) =>
                int.Parse(Encoding.ASCII.GetString(archive, at + 6 + 8 * index, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            (int mode, int bytes, int nameBytes) = (Field(1), Field(6), Field(11));
            string name = Encoding.UTF8.GetString(archive, at + 110, nameBytes - 1);
            Assert.Equal(0, archive[at + 110 + nameBytes - 1]);
            (int major, int minor) = (Field(9), Field(10));
            at = (at + 110 + nameBytes + 3) / 4 * 4;
            if (name == "TRAILER!!!") return [.. entries];
            entries.Add(new Entry(name, mode, archive[at..(at + bytes)], major, minor));
            at = (at + bytes + 3) / 4 * 4;
        }
    }
}
