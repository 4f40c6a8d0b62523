using System.Collections.Concurrent;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Hosts.Tests;

/// <summary>The product's emulated hosts, kept in the user's cache: a second run of the tests boots nothing.</summary>
public static class VerifiedHosts
{
    private static readonly ConcurrentDictionary<string, Lazy<EmulatedHost>> Hosts = [];
    private static readonly ConcurrentDictionary<string, Lazy<byte[]>> Recorded = [];
    private static readonly ConcurrentQueue<string> Sentences = [];

    /// <summary>What the hosts have said so far, as that a machine could not be restored.</summary>
    public static IEnumerable<string> Said => Sentences;

    /// <param name="name">"svm" or "svm-6.12".</param>
    public static HostResult Run(string name, params string[] arguments)
    {
        try
        {
            return Hosts.GetOrAdd(name, n => new(() => Get(KernelOf(n)))).Value.Run(arguments, _ => { });
        }
        catch (HostException e) when (KeptMachine.CannotBeHad(e.Message))
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    /// <summary>The trace that a command left.</summary>
    public static byte[] Record(string name, params string[] arguments)
    {
        HostResult result = Run(name, arguments);
        Assert.True(result.ExitCode == 0, $"{name}: exit code {result.ExitCode}: {result.Error}");
        return Assert.Single(result.Files).Value;
    }

    /// <summary>
    /// The same, but once for all tests that ask for it: a recording comes out the same each time, and those that show that record anew.
    /// </summary>
    public static byte[] RecordOnce(string name, params string[] arguments) =>
        Recorded.GetOrAdd($"{name} {string.Join(' ', arguments)}", _ => new(() => Record(name, arguments))).Value;

    public static TraceSummary Summarise(byte[] trace)
    {
        var analysis = new TraceAnalysis();
        TraceReading reading = TraceReader.Read(new MemoryStream(trace), "recording", analysis);
        Assert.Empty(reading.Findings);
        return analysis.Summarise("recording", trace.Length, []);
    }

    private static EmulatedHost Get(string kernel)
    {
        HostLog log = Sentences.Enqueue;
        var request = new HostRequest(KernelChoice.Parse(kernel), null, null, [], MayDownload: true)
        {
            Program = new GuestProgram(KeptMachine.Folder, KeptMachine.Assembly, [], []),
        };
        return EmulatedHost.Create(new HostCache(HostCache.DefaultRoot(), log), request, log, CancellationToken.None);
    }

    private static string KernelOf(string name) => name == "svm" ? "debian:6.1" : "debian:" + name.Split('-')[1];
}
