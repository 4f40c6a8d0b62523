using ExitProf.Kvm.Tests.Inside;
using ExitProf.Linux;
using ExitProf.Recording;
using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests;

/// <summary>What a test needs of the host; without it the test is skipped and says why.</summary>
internal static class HostNeeds
{
    public static void Kvm()
    {
        try
        {
            using var kvm = new Vmm.Kvm();
        }
        catch (KvmUnavailableException e)
        {
            Assert.Skip($"{e.Message} ExitProf.Hosts.Tests runs a slice of these tests in an emulated host, tests/hosts.sh all of them.");
        }
    }

    /// <summary>Processes of one's own, a shell and mounts: a process of .NET takes an emulated CPU half a minute to start.</summary>
    public static void Processes() => Assert.SkipWhen(EmulatedMachine.IsHere,
        "it starts processes and a shell, which an emulated host does not have: it needs a live /dev/kvm");

    /// <summary>Cycles that pass, as an A/A series or a comparison by time has them: an emulated CPU counts instructions.</summary>
    public static void RealTime() => Assert.SkipWhen(EmulatedMachine.IsHere,
        "it measures real time, and an emulated CPU counts instructions: it needs a live /dev/kvm");

    public static void Sources() => Assert.SkipWhen(EmulatedMachine.IsHere,
        "it reads a page of the sources, which are not in an emulated machine: it needs a live /dev/kvm");

    /// <returns>The directory of tracefs.</returns>
    public static string Tracefs()
    {
        try
        {
            string tracefs = TracefsMount.Find();
            using var trial = new TracefsInstance(
                tracefs,
                EventSet.None,
                [new PinnedThread(Environment.ProcessId, CpuSet.Allowed()[^1])],
                64
            );
            return tracefs;
        }
        catch (Exception e) when (e is SystemCallException or IOException or UnauthorizedAccessException)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
}
