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
            Assert.Skip(e.Message);
        }
    }

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
