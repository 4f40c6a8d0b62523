using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ExitProf.Kvm.Tests.Recording;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Kvm.Tests.Inside;

/// <summary>
/// Kernels that refuse something: a sentence, the contract's exit code, and whatever can still be measured is. Only in an emulated host,
/// whose kernel nobody else needs; it runs these in a machine of their own, by their names, because the last one cannot be undone.
/// </summary>
public sealed class PoorWorldTests
{
    public PoorWorldTests() => Assert.SkipUnless(EmulatedMachine.IsHere,
        "it takes away the kernel's modules and locks it down: ExitProf.Hosts.Tests does that in an emulated host");

    [Fact]
    public void A_kernel_without_its_module_is_named_with_the_remedy()
    {
        GuestKernel.Unload();
        try
        {
            ExitProfCommand.Run("record", "pio-out", "--host", "local", "-o", "/tmp/none.nettrace")
                .Fails(2, "open(/dev/kvm) failed with ENOENT (No such file or directory): load kvm_intel or kvm_amd");
            Assert.Equal("missing", Checks()["kvm"].State);
        }
        finally
        {
            GuestKernel.Load("");
        }
        Assert.True(Recorded.Make("pio-out", EventSet.None, 64).Whole);
    }

    [Fact]
    public void B_page_tables_cannot_be_protected_where_the_walk_of_the_CPU_writes_to_them()
    {
        string message = Assert.ThrowsAny<Exception>(() =>
            Recorded.Make("icache-hot", EventSet.None, 64, "coherence=write-protect-code+tables")).Message;
        Assert.Contains("coherence=write-protect-code+tables cannot be had with NPT (kvm_amd.npt=1)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void C_where_the_walk_writes_nothing_every_exit_is_a_hit_and_every_write_is_carried_out()
    {
        const int Exits = 100;
        GuestKernel.Unload();
        GuestKernel.Load("npt=0");
        try
        {
            // The first exit misses; each other one is a hit with nothing compared and nothing walked.
            Recorded hot = Recorded.Make("icache-hot", EventSet.Full, Exits, "coherence=write-protect-code+tables");
            Assert.Matches("[0-9,]+ hits, 1 misses, 0 evictions, 0 invalidations", Cache(hot));
            Recorded write = Recorded.Make("icache-write", EventSet.Full, Exits, "target=table", "coherence=write-protect-code+tables");
            Match written = Regex.Match(Cache(write), "([0-9,]+) invalidations, ([0-9,]+) writes to protected pages carried out");
            Assert.True(Number(written.Groups[1]) >= Exits && Number(written.Groups[2]) > Number(written.Groups[1]), Cache(write));
        }
        finally
        {
            GuestKernel.Unload();
            GuestKernel.Load("");
        }
    }

    [Fact]
    public void D_the_kernel_has_nothing_to_complain_about() =>
        Assert.DoesNotMatch("BUG:|WARNING:|Oops|Call Trace", GuestKernel.Log());

    [Fact]
    public void E_a_kernel_that_is_locked_down_is_said_to_be_and_the_rest_is_measured()
    {
        GuestKernel.LockDown();
        Recorded recorded = Recorded.Make("pio-out", EventSet.Deep, 64);
        Assert.Contains("the kernel is locked down (confidentiality): boot it without lockdown to see its stages",
            Assert.Single(recorded.Summary.Findings, f => f.Is(FindingKind.NoKernelEvents)).Text, StringComparison.Ordinal);
        Assert.Equal(
            ["exit+handler+pio-search+host-restore", "userspace", "guest-reload+guest-entry+guest-resume"],
            Assert.Single(recorded.Summary.Configurations).Stages.Select(s => s.Name));
        Assert.True(recorded.Summary.UntracedExits > 0);
        Dictionary<string, (string State, string Found, string Remedy)> checks = Checks();
        Assert.Equal(("missing", "Boot without lockdown."), (checks["tracefs"].State, checks["tracefs"].Remedy));
        Assert.Contains("The kernel is locked down (confidentiality).", checks["probes"].Found, StringComparison.Ordinal);
    }

    private static Dictionary<string, (string State, string Found, string Remedy)> Checks()
    {
        using JsonDocument json = JsonDocument.Parse(ExitProfCommand.Run("doctor", "--format", "json").Succeeds().Output);
        return json.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(c => Text(c, "name"), c =>
            (State: Text(c, "state"), Found: Text(c, "found"), Remedy: Text(c, "remedy")));

        static string Text(JsonElement check, string name) => check.GetProperty(name).GetString()!;
    }

    private static string Cache(Recorded recorded) =>
        Assert.Single(recorded.Trace.Findings, f => f.Is(FindingKind.InstructionCache)).Text;

    private static int Number(Group digits) => int.Parse(digits.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
