using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ExitProf.Hosts.Runner;

/// <summary>File descriptors 1 and 2: redirected themselves, so that native code and child processes write to the same files.</summary>
internal static partial class StandardStreams
{
    /// <returns>Where descriptor 1 goes now; stays so.</returns>
    public static FileStream KeepOutput()
    {
        int kept = dup(1);
        if (kept < 0) throw new Win32Exception();
        return new FileStream(new SafeFileHandle(kept, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    public static void Redirect(string outputFile, string errorFile)
    {
        Point(1, outputFile);
        Point(2, errorFile);
        // Console keeps a duplicate of the descriptor that it first wrote to.
        Console.SetOut(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        Console.SetError(new StreamWriter(Console.OpenStandardError()) { AutoFlush = true });
    }

    private static void Point(int descriptor, string file)
    {
        using SafeFileHandle handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        if (dup2((int)handle.DangerousGetHandle(), descriptor) < 0) throw new Win32Exception();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup2(int descriptor, int onto);
}
