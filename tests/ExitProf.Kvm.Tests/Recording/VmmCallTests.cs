using ExitProf.Linux;
using ExitProf.Recording;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Recording;

/// <summary>What is measured from another thread's stamp, and calls of the VMM in place of exits.</summary>
public sealed class VmmCallTests
{
    [Theory]
    [InlineData("memslot-update", "update=create")]
    [InlineData("memslot-update", "update=delete")]
    [InlineData("ioeventfd-update", "update=assign")]
    public void A_call_has_a_total_and_no_stages(string scenario, string update)
    {
        Recorded recorded = Recorded.Make(scenario, EventSet.Full, 16, update, "vcpus=1");
        Assert.Equal([Stamp.CallBegin, Stamp.CallEnd], Assert.Single(recorded.Trace.Classes).Signature);
        Assert.Equal(EventGroups.None, recorded.Trace.TraceHeader!.Groups);
        Assert.True(recorded.Summary.Configurations[0].Untraced!.Mean.Mean > 0);
        Assert.Contains(recorded.Summary.Findings, f => f.Id == "total-only");
    }

    [Fact]
    public void A_wake_up_is_measured_from_the_thread_that_sends_it()
    {
        Recorded recorded = Recorded.Make("hlt-wake", EventSet.Full, 64, "halted=100000");
        Assert.All(recorded.Trace.Classes, c => Assert.Equal((Stamp.WakeSent, Stamp.GuestAfter), (c.Signature[0], c.Signature[^1])));
        Assert.DoesNotContain(recorded.Summary.Findings, f => f.Id is "no-signature" or "out-of-order" or "tsc-mismatch");
    }

    [Fact]
    public void A_second_vcpu_runs_the_same_program_in_memory_of_its_own()
    {
        using var bench = new Running.Bench();
        using Guest first = bench.Guest(GuestMode.Long64Cpl3, a => GuestAccess.In32(a, GuestLayout.Port));
        using var second = new Guest(first, 1);
        bench.Run(first, ExpectedExit.PioIn(GuestLayout.Port, 4, 3), 10);
        bench.Run(second, ExpectedExit.PioIn(GuestLayout.Port, 4, 5), 20);
        Assert.Equal((30UL, 100UL), (first.ReadSum, second.ReadSum));
        Assert.Equal(10, first.ExitsDone(10));
    }

    [Fact]
    public void More_vcpus_than_allowed_cpus_are_refused_with_the_range()
    {
        int most = CpuSet.Allowed().Count;
        var refused = Assert.Throws<SettingException>(() =>
            SettingValues.Sweep(ScenarioCatalog.Get("memslot-update"), [$"vcpus={most + 1}"])
        );
        Assert.Contains($"0..{most}", refused.Message);
    }
}
