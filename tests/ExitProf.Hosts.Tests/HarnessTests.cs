
namespace ExitProf.Hosts.Tests;

/// <summary>The harness itself, given what it must not choke on: it says one sentence and leaves no process and no file.</summary>
public sealed class HarnessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public HarnessTests()
    {
        foreach (string name in (string[])["temporary", "bin", "published", "out"]) Directory.CreateDirectory(folder[name]);
        WriteScript(Path.Combine(folder["published"], "ExitProf.Hosts.Runner"), "exit 0");
        File.WriteAllText(folder["list"], "list\tlist\n");
    }

    public static TheoryData<string, string, string> WrongArguments => new()
    {
        { "sparc", "published", "there is no host 'sparc'" },
        { "svm", "nothing", "holds no ExitProf.Hosts.Runner" },
    };

    [Theory]
    [MemberData(nameof(WrongArguments))]
    public async Task Wrong_arguments_are_named(string host, string published, string expected) =>
        Failed(await Run(host, folder[published]), 1, expected);

    [Fact]
    public async Task A_missing_emulator_is_something_that_cannot_be_had_here()
    {
        // Every command but the emulator and what would install it.
        foreach (
            string command in Directory.GetFiles("/usr/bin").Where(c => Path.GetFileName(c) is not ("qemu-system-x86_64" or "apt-get"))
        )
        {
            File.CreateSymbolicLink(Path.Combine(folder["bin"], Path.GetFileName(command)), command);
        }
        Failed(
            await Run("svm", folder["published"], path: folder["bin"]),
            Script.Cannot,
            "qemu-system-x86_64 is not on PATH; install it (Debian: qemu-system-x86)"
        );
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_named()
    {
        Failed(await Run("svm", folder["published"], cache: "/proc/exitprof"), Script.Cannot, "the cache /proc/exitprof cannot be written");
    }

    [Fact]
    public async Task An_emulator_that_dies_is_quoted()
    {
        await Needs("svm");
        FakeEmulator("echo 'no such machine' >&2; exit 3");
        Failed(await Run("svm", folder["published"]), 1, "qemu-system-x86_64 ended with status 3 before the list did", "no such machine");
    }

    [Fact]
    public async Task An_emulator_that_hangs_is_ended_with_what_it_started()
    {
        await Needs("svm");
        FakeEmulator("trap '' TERM; sleep 987 & sleep 986; sleep 986");
        Failed(await Run("svm", folder["published"], limit: 2), 1, "the host did not end within 2 s; it did not get to its list");
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task A_signal_ends_the_emulator_too(string signal, int exitCode)
    {
        await Needs("svm");
        FakeEmulator($"touch {folder["started"]}; sleep 985");
        using Script script = Script.Start("host.sh", Environment("PATH"), "svm", folder["published"], folder["list"], folder["out"]);
        while (!File.Exists(folder["started"])) await Task.Delay(50);
        script.Signal(signal);
        Assert.Equal(exitCode, (await script.Wait()).ExitCode);
        NothingIsLeft();
    }

    [Fact]
    public async Task A_kernel_that_panics_is_quoted()
    {
        await Needs("svm");
        Failed(
            await Run("svm", folder["published"], "--", "rdinit=/nothing", "init=/nothing", "root=/dev/nothing"),
            1,
            "the guest's kernel panicked: Kernel panic - not syncing"
        );
    }

    [Fact]
    public async Task A_list_that_hangs_in_the_guest_ends_with_the_time_that_the_host_has()
    {
        await Needs("svm");
        // It boots in 5 s; a machine that is busy with other things may take several times that.
        WriteScript(Path.Combine(folder["published"], "ExitProf.Hosts.Runner"), "echo waiting; sleep 1000");
        Failed(await Run("svm", folder["published"], limit: 60), 1, "the host did not end within 60 s; its list was running", "waiting");
    }

    [Fact]
    public async Task A_runner_that_stops_says_why()
    {
        await Needs("svm");
        WriteScript(
            Path.Combine(folder["published"], "ExitProf.Hosts.Runner"),
            "echo 'LIST: stopped: the reason'; mkdir /tmp/out/first; echo kept >/tmp/out/first/stdout.txt; exit 1"
        );
        Failed(await Run("svm", folder["published"]), 1, "the list stopped: the reason");
        Assert.Equal("kept\n", File.ReadAllText(Path.Combine(folder["out"], "first", "stdout.txt")));
    }

    public void Dispose() => folder.Dispose();

    private static async Task Needs(string host)
    {
        ScriptResult result = await Script.Run("get.sh", host);
        Assert.SkipWhen(result.ExitCode == Script.Cannot, result.Error);
        Assert.Equal(0, result.ExitCode);
    }

    private Dictionary<string, string> Environment(string path) => new()
    {
        ["PATH"] = path == "PATH" ? folder["bin"] + ":" + System.Environment.GetEnvironmentVariable("PATH") : path,
        ["TMPDIR"] = folder["temporary"],
    };

    private Task<ScriptResult> Run(string host, string published, params string[] more) => Run(host, published, more, 120, null, null);

    private Task<ScriptResult> Run(string host, string published, int limit = 120, string? path = null, string? cache = null) =>
        Run(host, published, [], limit, path, cache);

    private async Task<ScriptResult> Run(string host, string published, string[] more, int limit, string? path, string? cache)
    {
        Dictionary<string, string> environment = Environment(path ?? "PATH");
        environment["LIMIT"] = $"{limit}";
        if (cache != null) environment["EXITPROF_HOSTS"] = cache;
        using Script script = Script.Start("host.sh", environment, [host, published, folder["list"], folder["out"], .. more]);
        return await script.Wait();
    }

    private void Failed(ScriptResult result, int exitCode, params string[] parts)
    {
        Assert.True(result.ExitCode == exitCode, $"exit code {result.ExitCode} instead of {exitCode}; stderr: {result.Error}");
        Assert.All(parts, p => Assert.Contains(p, result.Error));
        NothingIsLeft();
    }

    private void NothingIsLeft()
    {
        Assert.Empty(Directory.GetFileSystemEntries(folder["temporary"]));
        // The emulator's arguments name files of its temporary folder; a fake one was started with this PATH.
        Assert.DoesNotContain(Processes(), p => p.Contains(folder.Path, StringComparison.Ordinal));
    }

    /// <summary>Command lines and environments of all processes but this one.</summary>
    private static IEnumerable<string> Processes()
    {
        foreach (
            string process in Directory
                .GetDirectories("/proc")
                .Where(d => int.TryParse(Path.GetFileName(d), out int id) && id != System.Environment.ProcessId)
        )
        {
            string known;
            try
            {
                known = File.ReadAllText(Path.Combine(process, "cmdline")) + File.ReadAllText(Path.Combine(process, "environ"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue; // it ended, or is somebody else's
            }
            yield return known;
        }
    }

    private void FakeEmulator(string code) => WriteScript(Path.Combine(folder["bin"], "qemu-system-x86_64"), code);

    private static void WriteScript(string file, string code)
    {
        File.WriteAllText(file, "#!/bin/sh\n" + code + "\n");
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
    }
}
