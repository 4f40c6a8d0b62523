using System.Globalization;
using System.Runtime.InteropServices;
using System.Xml.Linq;
using ExitProf.Vmm;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// The live tests (<c>ExitProf.Kvm.Tests</c>) inside one restored machine: a slice that a seed draws, or all of them. Where they run live
/// too the slice is short, because it only shows that they still run inside, and the boot of their machine is the most of it: one seed in
/// eight draws it, and one the kernels that refuse something.
/// EXITPROF_BATCH_SEED draws another slice, EXITPROF_BATCH_SECONDS makes it longer (guest seconds; "all" for no end),
/// EXITPROF_BATCH_FILTER names tests, EXITPROF_BATCH_KERNEL another kernel than 6.1, EXITPROF_BATCH_RESULTS a folder that takes the results
/// as a .trx file.
/// </summary>
public sealed class KvmBatch
{
    private const string Project = "ExitProf.Kvm.Tests";
    private const string DefaultSeed = "1";

    /// <summary>No test takes so long.</summary>
    private const string AllSeconds = "1e9";

    // Guest seconds; tests/README.md says what they take.
    private const string UsualSeconds = "24";
    private const string SecondsBesideLiveOnes = "4";

    // Where /dev/kvm is; VerifiedRecording.TakeTurns has the other seeds.
    private const ulong BatchSeed = 5;
    private const ulong PoorWorldsSeed = 7;

    private readonly Lazy<(IReadOnlyList<BatchResult>, IReadOnlyDictionary<string, byte[]>)> results = new(Run);

    public static string Kernel => Variable("KERNEL", "6.1");

    /// <summary>Somebody wants certain ones, or all.</summary>
    private static bool IsAsked => Variable("SECONDS", "").Length > 0 || Variable("FILTER", "").Length > 0;

    /// <summary>What each test came to; the calling test is skipped, with the reason, where no emulated host can be had.</summary>
    public IReadOnlyList<BatchResult> Results => results.Value.Item1;

    /// <summary>What tests gave out to be compared here.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => results.Value.Item2;

    private static string Variable(string name, string otherwise) =>
        Environment.GetEnvironmentVariable("EXITPROF_BATCH_" + name) is { Length: > 0 } given ? given : otherwise;

    /// <summary>Tests that change the kernel, in a machine of their own.</summary>
    public static IReadOnlyList<BatchResult> PoorWorlds()
    {
        SkipUnlessDrawn(PoorWorldsSeed, "the kernels that refuse something");
        return BatchResult.Read(RunInside("tests", "1", AllSeconds, "PoorWorldTests").Files["tests.json"]);
    }

    /// <summary>Each seed where live tests run nowhere else.</summary>
    private static void SkipUnlessDrawn(ulong remainder, string what)
    {
        string seed = Variable("SEED", DefaultSeed);
        bool isDrawn = ulong.Parse(seed, CultureInfo.InvariantCulture) % VerifiedRecording.Turns == remainder;
        Assert.SkipUnless(isDrawn || IsAsked || !IsLive(),
            $"where /dev/kvm is, an EXITPROF_BATCH_SEED that is {remainder} modulo {VerifiedRecording.Turns} draws {what}, and it is {seed}: "
            + "tests/hosts.sh runs them");
    }

    private static (IReadOnlyList<BatchResult>, IReadOnlyDictionary<string, byte[]>) Run()
    {
        SkipUnlessDrawn(BatchSeed, "the batch of live tests");
        string seconds = Variable("SECONDS", IsLive() ? SecondsBesideLiveOnes : UsualSeconds);
        HostResult result =
            RunInside("tests", Variable("SEED", DefaultSeed), seconds == "all" ? AllSeconds : seconds, Variable("FILTER", ""));
        IReadOnlyList<BatchResult> results = BatchResult.Read(result.Files["tests.json"]);
        if (Variable("RESULTS", "") is { Length: > 0 } folder) WriteTrx(folder, results);
        return (results, result.Files);
    }

    private static bool IsLive()
    {
        try
        {
            using var kvm = new Kvm();
            return true;
        }
        catch (KvmUnavailableException)
        {
            return false;
        }
    }

    private static HostResult RunInside(params string[] arguments)
    {
        HostLog log = sentence => TestContext.Current.SendDiagnosticMessage("{0}", sentence);
        try
        {
            var cache = new HostCache(HostCache.DefaultRoot(), log);
            var request = new HostRequest(KernelChoice.Parse("debian:" + Kernel), null, null, [], MayDownload: true)
            {
                Program = LiveTests(),
            };
            HostResult result = EmulatedHost.Create(cache, request, log, CancellationToken.None).Run(arguments, Follow);
            Assert.True(result.ExitCode == 0, result.Error);
            return result;
        }
        catch (HostException e) when (KeptMachine.CannotBeHad(e.Message))
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    /// <summary>Names each test as it begins: who waits for all of them sees where they are.</summary>
    private static void Follow(HostProgress progress)
    {
        if (Variable("RESULTS", "") is not { Length: > 0 } folder) return;
        Directory.CreateDirectory(folder);
        File.AppendAllText(Path.Combine(folder, "batch.log"), string.Create(CultureInfo.InvariantCulture,
            $"{DateTime.Now:HH:mm:ss} {progress.Share:P0} {progress.Exits} {progress.Doing}\n"));
    }

    /// <summary>The live tests' own build, beside this one's.</summary>
    private static GuestProgram LiveTests()
    {
        string folder = KeptMachine.FolderOf(Path.Combine("tests", Project));
        // xUnit names tests by hashes, for which .NET opens OpenSSL by name; SkiaSharp draws the pictures of a profile.
        return new GuestProgram(folder, Project + ".dll", ["libSystem.Security.Cryptography.Native.OpenSsl.so", "libSkiaSharp.so"],
            [Library("libssl.so.3"), Library("libcrypto.so.3")]);
    }

    /// <summary>Where this machine's loader finds a library: the kernel lists what a process has mapped.</summary>
    private static string Library(string name)
    {
        NativeLibrary.Load(name);
        return File.ReadLines("/proc/self/maps").First(l => l.EndsWith("/" + name, StringComparison.Ordinal)).Split(' ')[^1];
    }

    private static void WriteTrx(string folder, IReadOnlyList<BatchResult> results)
    {
        XNamespace trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
        var run = new XElement(trx + "TestRun", new XAttribute("name", Project + " in an emulated host"),
            new XElement(trx + "Results", results.Select(r => new XElement(trx + "UnitTestResult",
                new XAttribute("testName", r.Test),
                new XAttribute("outcome", r.Outcome),
                new XAttribute("duration", TimeSpan.FromSeconds(r.Seconds).ToString("c", CultureInfo.InvariantCulture)),
                r.Text.Length == 0 ? null : new XElement(trx + "Output", new XElement(trx + "ErrorInfo",
                    new XElement(trx + "Message", r.Text)))))));
        Directory.CreateDirectory(folder);
        new XDocument(run).Save(Path.Combine(folder, "batch.trx"));
    }
}
