using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ExitProf.Vmm;

namespace ExitProf.Benchmarks;

/// <summary>What the C loop printed, in TSC cycles.</summary>
internal readonly record struct CLoopRun(
    int Exits,
    double GuestMin,
    double GuestP50,
    double GuestP90,
    double RunMin,
    double RunP50,
    double RunP90
);

/// <summary>The peer: pio_loop.c, compiled into a folder of its own for as long as it is needed.</summary>
internal sealed class CLoop : IDisposable
{
    private readonly DirectoryInfo folder;
    private readonly string program;

    private CLoop(DirectoryInfo folder) => (this.folder, program) = (folder, Path.Combine(folder.FullName, "pio_loop"));

    /// <returns>Null if there is no gcc, with the sentence that says so.</returns>
    /// <exception cref="InvalidOperationException">gcc does not accept the source.</exception>
    public static CLoop? TryCompile(out string trouble)
    {
        var loop = new CLoop(Directory.CreateTempSubdirectory("exitprof-peer-"));
        try
        {
            string source = Path.Combine(AppContext.BaseDirectory, "Peer", "pio_loop.c");
            (int code, _, string errors) = Run("gcc", ["-O2", "-Wall", "-o", loop.program, source]);
            trouble = "";
            if (code == 0) return loop;
            throw new InvalidOperationException("gcc failed on pio_loop.c: " + errors);
        }
        catch (Win32Exception e)
        {
            loop.Dispose();
            trouble = $"gcc cannot be started ({e.Message}): install gcc to compare with the C loop.";
            return null;
        }
    }

    /// <summary>Runs it on the thread's CPU and with its priority: a child inherits both.</summary>
    public CLoopRun Run(VcpuThread thread, int exits)
    {
        (int code, string output, string errors) = (0, "", "");
        thread.Invoke(() => (code, output, errors) = Run(program, [exits.ToString(CultureInfo.InvariantCulture)]));
        if (code != 0) throw new InvalidOperationException($"pio_loop ended with {code}: {errors}");
        return Parse(output);
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>port n EXITS guest MIN P50 P90 run MIN P50 P90</summary>
    public static CLoopRun Parse(string line)
    {
        string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words is not ["port", "n", var n, "guest", var g0, var g1, var g2, "run", var r0, var r1, var r2])
            throw new FormatException($"pio_loop printed '{line}'");
        return new CLoopRun(
            int.Parse(n, CultureInfo.InvariantCulture),
            Number(g0),
            Number(g1),
            Number(g2),
            Number(r0),
            Number(r1),
            Number(r2)
        );
    }

    private static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);

    private static (int Code, string Output, string Errors) Run(string file, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        string output = process.StandardOutput.ReadToEnd();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors);
    }
}
