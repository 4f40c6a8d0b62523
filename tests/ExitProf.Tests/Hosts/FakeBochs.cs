using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>A Bochs that emulates nothing: its guest is up at once, hands back what it is told to, and does a piece of shell.</summary>
internal sealed class FakeBochs : IDisposable
{
    private static readonly PatienceLimits Short =
        PatienceLimits.Usual with { FirstWordCpu = TimeSpan.FromSeconds(1), SilentCpu = TimeSpan.FromSeconds(1), ConsoleBytes = 1 << 20 };

    private readonly TemporaryFolder folder = new();
    private readonly List<string> said = [];

    public FakeBochs()
    {
        Bochs = new Bochs("Bochs 0 (of a test)", folder["packages"]);
        Write(Bochs.BootLoader, "loader");
        Write(Bochs.BootLoaderLibrary, "library");
        // The last argument but the tree comes after "-o".
        Program(Bochs.CdWriter, """
            for tree; do :; done
            while [ "$1" != -o ]; do shift; done
            cd "$tree" && find . -type f -printf '%P %s\n' | LC_ALL=C sort > "$2"
            """);
        File.WriteAllBytes(folder["bzImage"], FakeEmulator.KernelHeader("6.1.0-test"));
    }

    public Bochs Bochs { get; }

    public string this[string name] => folder[name];

    public EmulatedHost Host(IEnumerable<HostResult> results, string does, CancellationToken cancelled = default)
    {
        File.WriteAllText(folder["sent"], string.Concat(results.Select(r => System.Text.Encoding.ASCII.GetString(BootCommands.Encode(r)))));
        File.WriteAllText(folder["pids"], "");
        Program(Bochs.Program, $"""
            echo $$ >> '{folder["pids"]}'
            echo 'HOST: up' >> console
            cat '{folder["sent"]}' >> results
            {does}
            read -r end
            """);
        var kernel = new HostKernel("6.1.0-test", folder["bzImage"], "a test", []);
        var parts = new HostParts(
            new HostCache(folder["cache"], said.Add), Virtualization.Vmx, kernel, [], new Payload([], "/exitprof", ["exitprof"]), said.Add,
            cancelled);
        return new EmulatedHost(parts, new BochsHost(Bochs, parts) { Limits = Short });
    }

    /// <summary>No process and no temporary file is there any more.</summary>
    public void LeftNothing()
    {
        foreach (string process in File.ReadAllLines(folder["pids"]))
            Assert.True(FakeEmulator.IsGone(process), $"process {process} is left");
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["cache/new"]));
    }

    public void Dispose() => folder.Dispose();

    private static void Program(string path, string shell)
    {
        Write(path, "#!/bin/sh\n" + shell + "\n");
        FakeEmulator.MakeProgram(path);
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
