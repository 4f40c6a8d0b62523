using System.Text;
using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>A folder with a QEMU that emulates nothing (fake-qemu.sh), a kernel that is only a header, and an empty cache.</summary>
internal sealed class FakeEmulator : IDisposable
{
    /// <summary>Long for something that has nothing to do; on the wall it may have to wait for its turn.</summary>
    private static readonly PatienceLimits Short =
        PatienceLimits.Usual with { FirstWordCpu = TimeSpan.FromSeconds(1), SilentCpu = TimeSpan.FromSeconds(1), ConsoleBytes = 1 << 20 };

    private readonly TemporaryFolder folder = new();

    public FakeEmulator()
    {
        Directory.CreateDirectory(folder["bin"]);
        string source = Path.Combine(SourceTree.Root, "tests", "ExitProf.Tests", "Hosts", "fake-qemu.sh");
        File.Copy(source, folder["bin/qemu-system-x86_64"]);
        MakeProgram(folder["bin/qemu-system-x86_64"]);
        File.WriteAllBytes(Kernel, KernelHeader("6.1.0-test"));
        File.WriteAllBytes(folder["results"], new HostResult(0, "done", "", new Dictionary<string, byte[]>()).Encode());
        File.WriteAllText(folder["pids"], "");
    }

    /// <summary>Comes first on PATH.</summary>
    public string Programs => folder["bin"];

    public string Kernel => folder["bzImage"];

    /// <summary>For XDG_CACHE_HOME.</summary>
    public string CacheHome => folder["cache"];

    /// <summary>What was said of the work.</summary>
    public List<string> Said { get; } = [];

    public HostCache Cache => new(Path.Combine(CacheHome, "exitprof"), Said.Add);

    public string this[string name] => folder[name];

    /// <summary>What the script is told.</summary>
    /// <param name="at">A step of the script.</param>
    /// <param name="does">A piece of shell.</param>
    public Dictionary<string, string> Environment(string at, string does) => new()
    {
        ["FAKE_AT"] = at,
        ["FAKE_DO"] = does,
        ["FAKE_PIDS"] = folder["pids"],
        ["FAKE_RESULTS"] = folder["results"],
    };

    public EmulatedHost Host(string at, string does, string version = "0", PatienceLimits? limits = null)
    {
        var qemu = new Qemu(folder["bin/qemu-system-x86_64"], version, [], Environment(at, does));
        var kernel = new HostKernel("6.1.0-test", Kernel, Kernel, []);
        var parts = new HostParts(
            Cache, Virtualization.Svm, kernel, [], new Payload([], "/exitprof", ["exitprof"]), Said.Add, CancellationToken.None);
        return new EmulatedHost(parts, new QemuHost(qemu, parts) { Limits = limits ?? Short });
    }

    /// <summary>No process of the script and no temporary file is there any more.</summary>
    public void LeftNothing()
    {
        foreach (string process in File.ReadAllLines(folder["pids"])) Assert.True(IsGone(process), $"process {process} is left");
        // Opening the cache removes what dead processes left.
        string temporary = Path.Combine(Cache.Root, "new");
        if (Directory.Exists(temporary)) Assert.Empty(Directory.EnumerateFileSystemEntries(temporary));
    }

    /// <summary>Waits for a process that has been sent its end.</summary>
    public void WaitForEnds()
    {
        foreach (string process in File.ReadAllLines(folder["pids"]))
        {
            while (!IsGone(process)) Thread.Sleep(5);
        }
    }

    public void Dispose() => folder.Dispose();

    public static void MakeProgram(string path) => Assert.True(PrivateMounts.Works("chmod", "755", path));

    /// <summary>What a bzImage begins with, as far as it is read.</summary>
    public static byte[] KernelHeader(string release)
    {
        byte[] image = new byte[0x800];
        (image[0x1FE], image[0x1FF]) = (0x55, 0xAA);
        "HdrS"u8.CopyTo(image.AsSpan(0x202));
        // The text lies at 0x300, counted from 0x200.
        image[0x20F] = 0x01;
        Encoding.ASCII.GetBytes(release).CopyTo(image, 0x300);
        return image;
    }

    public static bool IsGone(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }
}
