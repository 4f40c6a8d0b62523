using ExitProf.Hosts.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace ExitProf.Hosts.Tests;

/// <summary>
/// Classes run beside each other, as many at once as there are CPUs: what takes longest begins first, or one CPU has nothing to do in the
/// end. The first two boot machines of different builds; the third waits for the machine of the first.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] First = [nameof(KvmBatchTests), nameof(KeptMachineTests), nameof(PoorKernelTests)];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(Place)];

    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        int place = Array.FindIndex(First, n => collection.TestCollectionDisplayName.Contains(n, StringComparison.Ordinal));
        return place < 0 ? First.Length : place;
    }
}
