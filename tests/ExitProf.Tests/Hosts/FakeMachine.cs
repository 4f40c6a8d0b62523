using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>A machine in this process: each command of a boot is answered by a function.</summary>
internal sealed class FakeMachine(bool kept, Func<IReadOnlyList<string>, HostResult> answer) : IHostMachine
{
    /// <summary>The commands of each boot.</summary>
    public List<IReadOnlyList<IReadOnlyList<string>>> Boots { get; } = [];

    public string Emulator => "Emulator 0 (of a test)";

    public bool IsKept => kept;

    public void Keep()
    {
    }

    public void RunAll(IReadOnlyList<IReadOnlyList<string>> commands, Action<HostProgress> progress, Action<HostResult> came)
    {
        Boots.Add(commands);
        foreach (IReadOnlyList<string> command in commands)
        {
            progress(new HostProgress(0.5, 1, "recording exits"));
            came(answer(command));
        }
    }

    public HostResult Follow(IReadOnlyList<string> arguments, Action<HostProgress> progress) => throw new InvalidOperationException();

    public byte[] Symbols(IReadOnlyList<string> arguments, string name) => throw new InvalidOperationException();

    public EmulatedHost Host(TemporaryFolder folder)
    {
        File.WriteAllText(folder["bzImage"], "");
        var kernel = new HostKernel("6.1.0-test", folder["bzImage"], "a test", []);
        var parts = new HostParts(
            new HostCache(folder["cache"], _ => { }), Virtualization.Vmx, kernel, [], new Payload([], "/exitprof", ["exitprof"]), _ => { },
            CancellationToken.None);
        return new EmulatedHost(parts, this);
    }
}
