using System.Diagnostics;
using System.Text;

namespace ExitProf.Kvm.Tests.Layout;

/// <summary>Static assertions in C, compiled against the kernel's own headers.</summary>
internal sealed class CAssertions
{
    private const string Compiler = "gcc";
    private const string KvmHeader = "/usr/include/linux/kvm.h";

    private readonly StringBuilder source = new("""
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <sched.h>
        #include <signal.h>
        #include <stddef.h>
        #include <sys/eventfd.h>
        #include <sys/mman.h>
        #include <sys/resource.h>
        #include <sys/syscall.h>
        #include <linux/kvm.h>

        """);

    /// <summary>How many values the compiler is asked about.</summary>
    public int Count { get; private set; }

    /// <summary>Why nothing can be compiled here; empty if it can.</summary>
    public static string Hindrance
    {
        get
        {
            if (!File.Exists(KvmHeader)) return $"{KvmHeader} is not there (package linux-libc-dev)";
            bool found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, Compiler)));
            return found ? "" : $"{Compiler} is not there";
        }
    }

    public void Equal(string expression, long expected)
    {
        source.Append($"_Static_assert(({expression}) == {expected}LL, \"{expression} is not {expected}\");\n");
        Count++;
    }

    /// <summary>The same for a macro that older headers do not have yet.</summary>
    public void EqualIfDefined(string macro, long expected)
    {
        source.Append($"#ifdef {macro}\n");
        Equal(macro, expected);
        source.Append($"#else\n#pragma message \"absent {macro}\"\n#endif\n");
    }

    /// <returns>What the compiler says against it, and the macros that its headers lack.</returns>
    public (string Errors, IReadOnlyList<string> Absent) Compile()
    {
        var start = new ProcessStartInfo(Compiler, ["-fsyntax-only", "-x", "c", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(source);
        process.StandardInput.Close();
        string[] said = process.StandardError.ReadToEnd().Split('\n');
        process.WaitForExit();
        string errors = string.Join('\n', said.Where(l => l.Contains("error:", StringComparison.Ordinal)));
        const string Note = "#pragma message: absent ";
        var absent = said.Where(l => l.Contains(Note, StringComparison.Ordinal))
            .Select(l => l[(l.IndexOf(Note, StringComparison.Ordinal) + Note.Length)..].Trim('\'', '"', ' ', '‘', '’'));
        return (process.ExitCode == 0 || errors.Length > 0 ? errors : string.Join('\n', said), [.. absent]);
    }
}
