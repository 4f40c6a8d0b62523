using System.Diagnostics;

namespace ExitProf.Tests.Hosts;

/// <summary>The same for the command: its exit code, its one sentence, and what kill -9 leaves to the next run.</summary>
public sealed class BrokenHostCommandTests
{
    private const int World = 2;

    [Fact]
    public void A_kernel_file_that_is_none_is_named_with_the_remedy()
    {
        using var fake = new FakeEmulator();
        File.WriteAllText(fake.Kernel, "#!/bin/sh\n");
        Run(fake, "$exitprof host fetch --kernel " + fake.Kernel).Fails(World, "is no kernel image for x86", "name a bzImage");
    }

    [Theory]
    [InlineData(8, "", "")]
    [InlineData(400, "boot", "head -c 500000000 /dev/zero > ram; kill -BUS $$")]
    [InlineData(400, "migrate", "head -c 500000000 /dev/zero > state; echo '{\"error\": {\"desc\": \"it failed\"}}'; continue")]
    public void A_disk_that_gets_full_is_named_with_the_remedy_and_nothing_is_left(int megabytes, string at, string does)
    {
        using var fake = new FakeEmulator();
        Directory.CreateDirectory(fake.CacheHome);
        string script = $"mount -t tmpfs -o size={megabytes}m none {fake.CacheHome} || exit 99\n"
            + $"$exitprof host fetch --kernel {fake.Kernel}; code=$?\n"
            + $"cd {fake.CacheHome}/exitprof; find new machine -mindepth 1 ! -name '*.lock'; exit $code";
        ProcessResult result = Run(fake, script, at, does, PrivateMounts.Enter());
        result.Fails(World, $"The disk of the cache {fake.CacheHome}/exitprof is full", "exitprof host forget", "XDG_CACHE_HOME");
        Assert.Equal("", result.Output);
        fake.WaitForEnds();
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_named_with_the_remedy()
    {
        using var fake = new FakeEmulator();
        Directory.CreateDirectory(fake.CacheHome);
        string script = $"mount -t tmpfs -o ro none {fake.CacheHome} || exit 99\n$exitprof host fetch --kernel {fake.Kernel}";
        Run(fake, script, "", "", PrivateMounts.Enter())
            .Fails(World, $"The cache {fake.CacheHome}/exitprof cannot be written", "XDG_CACHE_HOME");
    }

    [Theory]
    [InlineData("boot")]
    [InlineData("migrate")]
    [InlineData("restore")]
    [InlineData("run")]
    public void Kill_9_at_any_step_leaves_no_process_and_the_next_run_cleans_up(string at)
    {
        using var fake = new FakeEmulator();
        Dictionary<string, string> environment = fake.Environment(at, $": > {fake["reached"]}; exec sleep 1000");
        using Process process = Start(fake, environment, "record", "pio-out", "--kernel", fake.Kernel, "-o", fake["t.nettrace"]);
        KillOnce(process, fake["reached"]);
        fake.WaitForEnds();
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(Path.Combine(fake.CacheHome, "exitprof", "new")));
        fake.LeftNothing();
        Assert.False(File.Exists(fake["t.nettrace"]));
    }

    [Fact]
    public void Kill_9_while_something_is_fetched_leaves_no_process_and_the_next_run_cleans_up()
    {
        using var fake = new FakeEmulator();
        Script(fake, "apt-cache", "case $* in *pkgnames*) echo linux-image-6.1.0-1-cloud-amd64 ;; esac");
        Script(fake, "apt-get", $$"""
            for word; do case $word in Dir::State::Lists=*) lists=${word#*=} ;; esac; done
            case $* in
              *update*) : > "$lists/a_Packages" ;;
              *--print-uris*) echo "'http://a/k_1_amd64.deb' k_1_amd64.deb 5 x" ;;
              *) echo $$ >> "$FAKE_PIDS"; : > {{fake["reached"]}}; exec sleep 1000 ;;
            esac
            """);
        using Process process = Start(fake, fake.Environment("", ""), "host", "fetch", "--kernel", "debian:6.1");
        KillOnce(process, fake["reached"]);
        fake.WaitForEnds();
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(Path.Combine(fake.CacheHome, "exitprof", "new")));
        fake.LeftNothing();
        Assert.Empty(fake.Cache.List());
    }

    private static void Script(FakeEmulator fake, string name, string text)
    {
        File.WriteAllText(Path.Combine(fake.Programs, name), $"#!/bin/sh\n{text}\n");
        FakeEmulator.MakeProgram(Path.Combine(fake.Programs, name));
    }

    private static void KillOnce(Process process, string reached)
    {
        while (!File.Exists(reached))
        {
            Assert.False(process.HasExited, process.HasExited ? process.StandardError.ReadToEnd() : "");
            Thread.Sleep(5);
        }
        process.Kill();
        process.WaitForExit();
    }

    private static Process Start(FakeEmulator fake, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(ExitProfProcess.Dotnet, [ExitProfProcess.Dll, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        start.Environment["PATH"] = $"{fake.Programs}:{start.Environment["PATH"]}";
        start.Environment["XDG_CACHE_HOME"] = fake.CacheHome;
        return Process.Start(start)!;
    }

    private static ProcessResult Run(FakeEmulator fake, string script, string at = "", string does = "", params string[] before)
    {
        IEnumerable<string> exports = fake.Environment(at, does).Append(new("XDG_CACHE_HOME", fake.CacheHome))
            .Append(new("PATH", $"{fake.Programs}:{Environment.GetEnvironmentVariable("PATH")}"))
            .Select(e => $"export {e.Key}='{e.Value.Replace("'", "'\\''", StringComparison.Ordinal)}'");
        return ExitProfProcess.Shell(string.Join('\n', exports.Append(script)), before);
    }
}
