using System.Globalization;
using System.Text.RegularExpressions;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// The instruction cache that protects page tables: where the CPU's own walk writes to them, the setting is refused with a remedy, and the
/// remedy works. Only by verify.sh.
/// </summary>
public sealed class ProtectedTablesTests(BootedHosts hosts)
{
    public static TheoryData<string> Names => [.. BootedHosts.Names.Where(n => CommandList.Names(n).Contains("protected-tables"))];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task Where_the_walk_of_the_CPU_writes_they_are_refused(string host)
    {
        HostCommand refused = (await hosts.Get(host))["protected-tables"];
        Assert.Equal(2, refused.ExitCode);
        string with = host == "vmx" ? "EPT and its accessed and dirty flags (kvm_intel.eptad=1)" : "NPT (kvm_amd.npt=1)";
        Assert.Contains($"coherence=write-protect-code+tables cannot be had with {with}", refused.Error);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task Where_it_does_not_every_exit_is_a_hit_and_every_write_is_carried_out(string host)
    {
        HostRun run = await hosts.Get(host);
        // The first exit misses; each other one is a hit with nothing compared and nothing walked.
        Assert.Matches("^Instruction cache of .*: [0-9,]+ hits, 1 misses, 0 evictions, 0 invalidations", Cache(run["icache-hot-tables"]));
        Match written = Regex.Match(
            Cache(run["icache-write-tables"]),
            "([0-9,]+) invalidations, ([0-9,]+) writes to protected pages carried out"
        );
        Assert.True(
            Number(written.Groups[1]) >= CommandList.Exits(host, "icache-write-tables")
                && Number(written.Groups[2]) > Number(written.Groups[1]),
            written.Value
        );
    }

    private static string Cache(HostCommand recording) =>
        Assert.Single(recording.Summarise().Findings, f => f.Id.StartsWith("instruction-cache", StringComparison.Ordinal)).Text;

    private static int Number(Group digits) => int.Parse(digits.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
