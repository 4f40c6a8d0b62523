namespace ExitProf.Hosts.Tests;

/// <summary>The live tests that change a kernel, in a machine of their own; beside the others, because both take long.</summary>
public sealed class PoorKernelTests
{
    [Fact]
    public void Kernels_that_refuse_something_are_named_with_the_remedy_and_leave_what_can_be_measured()
    {
        IReadOnlyList<BatchResult> all = KvmBatch.PoorWorlds();
        KvmBatchTests.NoneFailed(all);
        Assert.All(all, r => Assert.Equal(BatchResult.Passed, r.Outcome));
    }
}
