using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>One experiment: a guest, its settings, the exits it makes, where the idea comes from. One small file each.</summary>
public interface IScenario
{
    string Name { get; }

    /// <summary>One line: what is measured.</summary>
    string Summary { get; }

    /// <summary>The text, and its figure, that the experiment goes back to.</summary>
    string Origin { get; }

    ExitKind Kind { get; }

    Destination Destination { get; }

    /// <summary>Modes in which its guest can be written, the best first; the first that the CPU runs itself is taken.</summary>
    IReadOnlyList<GuestMode> Modes { get; }

    IReadOnlyList<Setting> Settings { get; }

    /// <summary>The guest's code and the exits it makes, for one combination of settings.</summary>
    Workload Workload(GuestMode mode, SettingValues settings);
}

/// <param name="Prepare">What the VM needs beside its program: in-kernel devices. The returned handles live as long as the VM.</param>
/// <param name="DelayCycles">How long the device in the VMM busy-waits at each exit.</param>
/// <param name="Subkey">The port or address that the exits are about.</param>
public sealed record Workload(
    GuestProgram Program,
    ExpectedExit Expected,
    ulong Subkey,
    ulong DelayCycles = 0,
    Func<Guest, IReadOnlyList<IDisposable>>? Prepare = null);
