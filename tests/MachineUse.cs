using System.Reflection;

[assembly: AssemblyFixture(typeof(ExitProf.Tests.MachineUse))]

namespace ExitProf.Tests;

/// <summary>
/// <c>dotnet test</c> runs the projects of the solution beside each other, and recordings do not share a machine well: the live tests have it for themselves, the others have it
/// together. Compiled into each project of tests.
/// </summary>
public sealed class MachineUse : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(60);

    // .NET takes an advisory lock (flock) of a file that it opens: exclusive with FileShare.None, shared if all only read.
    private readonly FileStream? held = Take(alone: Assembly.GetExecutingAssembly().GetName().Name == "ExitProf.Kvm.Tests");

    public void Dispose() => held?.Dispose();

    private static FileStream? Take(bool alone)
    {
        string path = Path.Combine(Path.GetTempPath(), "exitprof-tests.lock");
        for (var end = DateTime.UtcNow + Patience; DateTime.UtcNow < end; Thread.Sleep(300))
        {
            try
            {
                using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite))
                {
                }
                return alone ? new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None) : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            }
            catch (IOException)
            {
                // Somebody else has it.
            }
            catch (UnauthorizedAccessException)
            {
                // Another user's file: better beside each other than not at all.
                return null;
            }
        }
        return null;
    }
}
