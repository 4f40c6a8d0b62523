using System.Diagnostics;

namespace ExitProf.Testing;

/// <summary>A mount namespace of one's own: what is mounted in it nobody else sees, and it is gone with its last process.</summary>
public static class PrivateMounts
{
    private static readonly string[][] Ways = [["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]];

    // A device without a driver, a tmpfs over another file system: what works differs with the kind of namespace.
    private static readonly Lazy<string[]?> Found = new(() =>
        Ways.FirstOrDefault(w => Works([.. w, "/bin/sh", "-c", "mount -t tmpfs none /mnt"]))
    );

    /// <summary>The words to put before a command; the test is skipped where namespaces are refused.</summary>
    public static string[] Enter()
    {
        Assert.SkipUnless(Found.Value != null, "unshare --mount is refused here: no private mounts.");
        return Found.Value!;
    }

    public static bool Works(params string[] words)
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(words[0], words[1..])
                {
                    WorkingDirectory = AppContext.BaseDirectory,
                    RedirectStandardError = true,
                    RedirectStandardOutput = true,
                }
            )!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
