using ExitProf.Recording;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Recording;

/// <summary>
/// Scenarios whose guests leave their own path: handlers, resets, other page tables, and a VMM that does more than answer.
/// </summary>
public sealed class GuestPathTests
{
    [Theory]
    [InlineData("syscall", "path=vmm-reflected")]
    [InlineData("syscall", "path=exception")]
    [InlineData("context-switch", "exit=none,per-switch")]
    [InlineData("shutdown")]
    [InlineData("host-fpu", "state=clean,ymm")]
    [InlineData("intervening-thread", "thread=off,on")]
    public void Its_exits_are_complete(string scenario, params string[] settings)
    {
        Recorded recorded = Recorded.Make(scenario, EventSet.Full, 100, settings);
        Assert.True(recorded.Whole);
        Assert.DoesNotContain(
            recorded.Summary.Findings,
            f => f.Severity == Severity.Error && f.Id is "no-signature" or "weak-signature" or "not-calibrated"
        );
        Assert.All(recorded.Summary.Configurations, c => Assert.True(c.Untraced!.Mean.Mean is > 0 or < 0));
    }

    [Fact]
    public void A_system_call_is_either_direct_or_reflected_by_the_kernel()
    {
        HostNeeds.Kvm();
        int refused = 0;
        foreach (string path in (string[])["direct", "kernel-reflected"])
        {
            try
            {
                Recorded.Make("syscall", EventSet.None, 64, "path=" + path);
            }
            catch (UnsupportedScenarioException)
            {
                refused++;
            }
        }
        Assert.Equal(1, refused);
    }

    [Fact]
    public void Of_a_sweep_the_configurations_that_cannot_run_are_left_out()
    {
        HostNeeds.Kvm();
        var options = new SweepOptions(
            ScenarioCatalog.Get("syscall"),
            ["path=direct,kernel-reflected,vmm-reflected"],
            64,
            TimeSpan.Zero,
            null,
            EventSet.None,
            1
        );
        Assert.Throws<UnsupportedScenarioException>(() => Recorded.Make(options, CancellationToken.None));
        Recorded left = Recorded.Make(options with { LeaveOutUnsupported = true }, CancellationToken.None);
        Assert.Equal(2, left.Summary.Configurations.Length);
        Assert.Contains("cannot run on this host", Assert.Single(left.Summary.Findings, f => f.Id == "unsupported-configuration").Text);
    }

    [Fact]
    public void The_other_page_tables_are_really_others()
    {
        HostNeeds.Kvm();
        using var bench = new Running.Bench();
        // Without the change the guest reads the same mark twice.
        using Guest guest = bench.Guest(GuestMode.Long64Cpl0, a => GuestAccess.BetweenMarks(a, () => { }));
        guest.AddOtherTables();
        bench.Run(guest, ExpectedExit.None with { Answer = 2 * GuestLayout.OtherPml4 });
    }

    [Fact]
    public void A_repeated_write_is_one_exit_per_element_of_one_instruction()
    {
        Recorded recorded = Recorded.Make("io-forms", EventSet.None, 64, "direction=out", "operand=rep-string");
        ExitClass found = Assert.Single(recorded.Trace.Classes, c => c.Calibrated);
        Assert.Equal(16, found.Signature.Count(s => s == Stamp.RunReturned));
        Assert.Contains(recorded.Summary.Findings, f => f.Id == "total-only");
    }
}
