using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using ExitProf.Hosts;
using Xunit.Runner.Common;
using Xunit.Sdk;
using Xunit.v3;

namespace ExitProf.Kvm.Tests.Inside;

/// <summary>
/// Runs tests of this assembly inside an emulated host, one after the other in an order that a seed draws, until a budget of guest seconds
/// is used up: the same seed gives the same tests on any machine, because the guest's clock counts instructions.
/// </summary>
internal static class TestBatch
{
    public const string Command = "tests";
    public const string ResultsName = "tests.json";
    private static readonly Assembly Own = typeof(TestBatch).Assembly;

    // The test framework of a process; its cases are found once, before the machine is kept.
    private static readonly Lazy<(ITestFramework Framework, IReadOnlyList<IXunitTestCase> Cases)> Found = new(Discover);

    /// <param name="arguments">"tests", the seed, the budget in seconds, and what names of tests must hold, or after "!" must not.</param>
    public static HostResult Run(string[] arguments, IProgress<HostProgress> progress)
    {
        ulong seed = ulong.Parse(arguments[1], CultureInfo.InvariantCulture);
        double budget = double.Parse(arguments[2], CultureInfo.InvariantCulture);
        string wanted = arguments.ElementAtOrDefault(3) ?? "";
        // These change the kernel: they have a machine of their own, and an order.
        bool poorWorlds = wanted == nameof(PoorWorldTests);
        IXunitTestCase[] cases = [.. Found.Value.Cases.Where(c => IsWanted(NameOf(c), wanted) && IsPoorWorld(c) == poorWorlds)];
        if (!poorWorlds) new Random((int)(seed % int.MaxValue)).Shuffle(cases);
        var sink = new BatchSink();
        long start = Stopwatch.GetTimestamp();
        int done = 0;
        foreach (IXunitTestCase test in cases)
        {
            double used = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (used >= budget) break;
            progress.Report(new HostProgress(Math.Max(used / budget, (double)done / cases.Length), done, NameOf(test)));
            RunOne(test, sink);
            done++;
        }
        foreach (IXunitTestCase left in cases.Skip(done)) sink.Skip(left, $"not in the slice of seed {seed} and {budget:0} guest seconds: tests/hosts.sh runs all");
        foreach (IXunitTestCase other in Found.Value.Cases.Except(cases).Where(c => IsPoorWorld(c) == poorWorlds))
        {
            sink.Skip(other, $"not among the tests '{wanted}'");
        }
        EmulatedMachine.Kept[ResultsName] = BatchResult.Write(sink.Results);
        return new HostResult(0, "", "", EmulatedMachine.Kept);
    }

    private static bool IsPoorWorld(IXunitTestCase test) => NameOf(test).Contains(nameof(PoorWorldTests), StringComparison.Ordinal);

    private static bool IsWanted(string name, string wanted) => wanted.StartsWith('!')
        ? !name.Contains(wanted[1..], StringComparison.Ordinal)
        : name.Contains(wanted, StringComparison.Ordinal);

    private static void RunOne(IXunitTestCase test, BatchSink sink)
    {
        ITestFrameworkExecutionOptions options = TestFrameworkOptions.ForExecution(Configuration());
        sink.Begin(test);
        Found.Value.Framework.GetExecutor(Own).RunTestCases([test], sink, options, null).AsTask().GetAwaiter().GetResult();
        sink.End();
    }

    private static (ITestFramework, IReadOnlyList<IXunitTestCase>) Discover()
    {
        TestContext.SetForInitialization(null, diagnosticMessages: false, internalDiagnosticMessages: false);
        ITestFramework framework = ExtensibilityPointFactory.GetTestFramework(Own);
        var cases = new List<IXunitTestCase>();
        framework.GetDiscoverer(Own).Find(c =>
        {
            if (c is IXunitTestCase found) cases.Add(found);
            return ValueTask.FromResult(true);
        }, TestFrameworkOptions.ForDiscovery(Configuration()), null, null).AsTask().GetAwaiter().GetResult();
        return (framework, [.. cases.OrderBy(NameOf, StringComparer.Ordinal)]);
    }

    private static TestAssemblyConfiguration Configuration() => new() { PreEnumerateTheories = true, ParallelizeTestCollections = false };

    private static string NameOf(IXunitTestCase test) => test.TestCaseDisplayName;
}
