namespace ExitProf.Kvm.Tests.Attach;

/// <summary>A machine of another process that makes exits as long as tests attach to it, which starts with the first of them.</summary>
public sealed class RunningMachine : IDisposable
{
    /// <summary>Longer than any tests take; it is ended when they are over.</summary>
    private static readonly string[] Running = ["record", "pio-out", "--seconds", "36000", "--events", "none", "-o"];

    private readonly TemporaryFolder folder = new();
    private readonly Lazy<ExitProfProcess> machine;

    public RunningMachine() => machine = new(() => Start(folder["machine.nettrace"]));

    public ExitProfProcess Machine => machine.Value;

    /// <returns>A machine that makes exits until it is ended; its trial machines are gone.</returns>
    public static ExitProfProcess Start(string file)
    {
        const long SomeBlocks = 100_000;
        ExitProfProcess started = ExitProfProcess.Start([.. Running, file]);
        WaitFor(started, () => File.Exists(file) && new FileInfo(file).Length > SomeBlocks);
        return started;
    }

    public static void WaitFor(ExitProfProcess process, Func<bool> condition)
    {
        while (!condition())
        {
            Assert.False(process.HasExited, "it has ended by itself");
            Thread.Sleep(20);
        }
    }

    public void Dispose()
    {
        if (machine.IsValueCreated) machine.Value.Dispose();
        folder.Dispose();
    }
}
