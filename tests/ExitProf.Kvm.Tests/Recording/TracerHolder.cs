using System.Diagnostics;
using ExitProf.Recording;

namespace ExitProf.Kvm.Tests.Recording;

/// <summary>A process that has the function_graph tracer on until it is killed.</summary>
internal static class TracerHolder
{
    public const string Command = "hold-tracer";
    private const string Holds = "it holds the tracer";

    /// <summary>What the process does.</summary>
    public static int Hold()
    {
        FunctionGraph graph = FunctionGraph.Open(new PinnedThread(Environment.ProcessId, 0));
        graph.Start();
        Console.Out.WriteLine(Holds);
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    /// <summary>Starts such a process, and kills it when it has the tracer.</summary>
    public static void StartAndKill()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(TracerHolder).Assembly.Location, Command])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        Assert.Equal(Holds, process.StandardOutput.ReadLine());
        process.Kill();
        process.WaitForExit();
    }
}
