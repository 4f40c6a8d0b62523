using System.Text;

namespace ExitProf.Hosts.Tests;

/// <summary>The live tests where no machine of one's own is needed: each class is a test here, and names its failures.</summary>
public sealed class KvmBatchTests(KvmBatch batch) : IClassFixture<KvmBatch>
{
    /// <summary>A class of tests is a file of its name.</summary>
    public static TheoryData<string> Classes =>
        [.. SourceTree.Files(Path.Combine("tests", "ExitProf.Kvm.Tests"), "*Tests.cs").Select(f => Path.GetFileNameWithoutExtension(f))
            .Where(n => n != "PoorWorldTests").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Classes))]
    public void Its_live_tests_pass_in_an_emulated_host(string name)
    {
        BatchResult[] own = [.. batch.Results.Where(r => r.Class == name)];
        Assert.NotEmpty(own);
        NoneFailed(own);
        Assert.SkipWhen(own.All(r => r.Outcome == BatchResult.Skipped), string.Join("; ", own.Select(r => r.Text).Distinct()));
    }

    [Fact]
    public void The_quick_suite_has_the_stages_that_this_host_gave_before()
    {
        Assert.SkipUnless(batch.Files.TryGetValue("suite.txt", out byte[]? suite), "the suite is not in this slice: tests/hosts.sh runs it");
        string host = KvmBatch.Kernel == "6.1" ? "svm" : "svm-" + KvmBatch.Kernel;
        Golden.HoldsBlocks(Path.Combine(VerifiedRecording.Folder, "expected", host + "-suite.txt"), Encoding.UTF8.GetString(suite));
    }

    internal static void NoneFailed(IReadOnlyList<BatchResult> results)
    {
        BatchResult[] failed = [.. results.Where(r => r.Outcome == BatchResult.Failed)];
        Assert.True(failed.Length == 0, string.Join("\n\n", failed.Select(f => $"{f.Test}: {f.Text}")));
    }
}
