using System.Text;

namespace ExitProf.Hosts;

/// <summary>A running Bochs, which boots and runs the commands of its CD.</summary>
internal sealed class BochsMachine : IDisposable
{
    /// <summary>What it says before it begins: which plug-ins it loads, and where the screen is shown.</summary>
    private static readonly string[] Noise = ["00000000000i[", "Bochs connected to screen"];

    private readonly EmulatorProcess emulator;
    private readonly string results;

    /// <summary>What has come on the second serial line: lines of base64.</summary>
    private readonly List<HostResult> complete = [];

    private readonly FileStream stream;
    private readonly StringBuilder line = new();

    /// <param name="folder">Holds the CD.</param>
    /// <exception cref="HostException">It did not start.</exception>
    public BochsMachine(Bochs bochs, string folder, PatienceLimits limits, CancellationToken cancelled)
    {
        File.WriteAllText(Path.Combine(folder, BochsConfiguration.FileName), BochsConfiguration.Text);
        File.WriteAllText(Path.Combine(folder, BochsConfiguration.DebuggerCommands), "c\n");
        File.CreateSymbolicLink(Path.Combine(folder, BochsConfiguration.Packages), bochs.Root);
        results = Path.Combine(folder, BochsConfiguration.Results);
        File.Create(results).Dispose();
        var start = new EmulatorStart("Bochs", bochs.Program, BochsConfiguration.Arguments, bochs.Environment, Noise);
        // Its input stays open: the debugger ends Bochs when there is no more.
        emulator = new EmulatorProcess(start, Virtualization.Vmx, folder, limits, cancelled);
        emulator.IgnoreOutput();
        stream = new FileStream(results, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    public GuestConsole Console => emulator.Console;

    /// <inheritdoc cref="EmulatorProcess.WaitFor"/>
    public void WaitFor(Func<GuestConsole, bool> come, Action<HostProgress> progress, PatienceLimits? within = null) =>
        emulator.WaitFor(come, progress, within);

    /// <summary>Waits for what comes of a command.</summary>
    /// <exception cref="HostException">It never will.</exception>
    public HostResult WaitForResult(int number, Action<HostProgress> progress)
    {
        emulator.WaitFor(_ => Read() > number, progress, elsewhere: () => stream.Position);
        return complete[number];
    }

    public void Dispose()
    {
        emulator.Dispose();
        stream.Dispose();
    }

    /// <returns>How many results have come whole.</returns>
    private int Read()
    {
        Span<byte> buffer = stackalloc byte[4096];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            foreach (byte b in buffer[..read])
            {
                if (b == '\n') Take();
                else if (line.Length > BootCommands.MostText) throw emulator.Failure("returned more results than it was asked for");
                else line.Append((char)b);
            }
        }
        return complete.Count;
    }

    private void Take()
    {
        complete.Add(BootCommands.Decode(line.ToString()));
        line.Clear();
    }
}
