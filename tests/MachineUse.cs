using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

[assembly: AssemblyFixture(typeof(ExitProf.Tests.MachineUse))]

namespace ExitProf.Tests;

/// <summary>
/// <c>dotnet test</c> runs the projects of the solution side by side, and recordings do not share a machine well: the live tests of a
/// checkout do not run beside its unit tests. Browsers and emulated hosts are let in beside both: live tests wait for the kernel a third of
/// their time, and what they judge are borders, counts and verdicts with intervals; an emulator's clock counts instructions, so that load
/// is no matter to it. Compiled into each project of tests.
/// </summary>
/// <remarks>A wait is announced on standard error. It ends with a reason when those who hold the lock make no progress: tests that work use
/// CPU time.</remarks>
public sealed class MachineUse : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);
    private static readonly string Project = Assembly.GetExecutingAssembly().GetName().Name!;

    private readonly string path = LockOf(Checkout());
    private readonly FileStream? held;

    public MachineUse()
    {
        if (Project is "ExitProf.Browser.Tests" or "ExitProf.Hosts.Tests") return;
        // .NET takes an advisory lock (flock) of a file that it opens: exclusive with FileShare.None, shared if all only read.
        held = Take(alone: Project == "ExitProf.Kvm.Tests");
        if (held != null) File.WriteAllText(NoteOf(Environment.ProcessId), Project);
    }

    public void Dispose()
    {
        if (held == null) return;
        File.Delete(NoteOf(Environment.ProcessId));
        held.Dispose();
    }

    private FileStream? Take(bool alone)
    {
        long progress = -1;
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (!File.Exists(path))
                    File.WriteAllText(path, "");
                return alone
                    ? new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)
                    : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            }
            catch (IOException)
            {
                // Other tests have it.
            }
            catch (UnauthorizedAccessException)
            {
                // Another user's file: it is better to share the machine than not to run at all.
                return null;
            }
            (int Id, string Project)[] holders = [.. Holders()];
            string who =
                holders.Length == 0 ? "a process without a note" : string.Join(", ", holders.Select(h => $"{h.Project} (pid {h.Id})"));
            if (progress < 0)
                Console.Error.WriteLine(
                    $"{Project} waits since {DateTime.Now:HH:mm:ss} for the machine, which {who} of this checkout has ({path})."
                );
            long now = holders.Sum(h => CpuTicks(h.Id));
            if (now != progress) (progress, since) = (now, Stopwatch.StartNew());
            if (since.Elapsed > Patience)
            {
                throw new TimeoutException(
                    $"{Project} gave up: {who} of this checkout has the machine ({path}) and has used no CPU time for {Patience.TotalMinutes} minutes. End that process and run the tests again."
                );
            }
            Thread.Sleep(Poll);
        }
    }

    private string NoteOf(int processId) => string.Create(CultureInfo.InvariantCulture, $"{path}.{processId}");

    /// <summary>Those who have the lock by their notes; notes of processes that are gone are removed.</summary>
    private IEnumerable<(int Id, string Project)> Holders()
    {
        foreach (string note in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".*"))
        {
            if (!int.TryParse(Path.GetExtension(note)[1..], CultureInfo.InvariantCulture, out int id)) continue;
            string project = "";
            try
            {
                if (Directory.Exists($"/proc/{id}")) project = File.ReadAllText(note);
                else File.Delete(note);
            }
            catch (IOException)
            {
                // It has just ended.
            }
            if (project.Length > 0) yield return (id, project);
        }
    }

    /// <summary>
    /// CPU time of a process and of the children that it has waited for, in clock ticks (proc_pid_stat(5), fields 14 to 17); 0 if it is
    /// gone.
    /// </summary>
    private static long CpuTicks(int processId)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{processId}/stat");
            // The name in brackets may hold spaces.
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static string Checkout()
    {
        string folder = AppContext.BaseDirectory;
        for (DirectoryInfo? at = new(folder); at != null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "ExitProf.sln"))) return at.FullName;
        }
        return folder;
    }

    private static string LockOf(string checkout) =>
        Path.Combine(
            Path.GetTempPath(),
            $"exitprof-tests-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(checkout)))[..12]}.lock"
        );
}
