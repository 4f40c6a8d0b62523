namespace ExitProf.Hosts.Tests;

/// <summary>Scenarios that a host cannot run: refused, with what was found out. Only by verify.sh.</summary>
public sealed class UnsupportedTests(BootedHosts hosts)
{
    public static TheoryData<string> Names => [.. BootedHosts.Names.Where(n => CommandList.Names(n).Contains("reflected-by-nobody"))];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public async Task What_a_host_cannot_run_is_refused_with_its_reason(string host)
    {
        HostRun run = await hosts.Get(host);
        Refused(run["reflected-by-nobody"], "syscall with path=kernel-reflected cannot run on this host");
        if (!CommandList.HasAvx(host))
            Refused(run["host-fpu"], "host-fpu cannot run on this host: its CPU has no AVX, or the kernel does not enable it.");
    }

    private static void Refused(HostCommand command, string reason)
    {
        Assert.Equal(2, command.ExitCode);
        Assert.StartsWith("exitprof: " + reason, command.Error, StringComparison.Ordinal);
    }
}
