using System.Collections.Immutable;
using ExitProf.Traces;
using ExitProf.Vmm;
using Iced.Intel;

namespace ExitProf.Recording;

/// <summary>Looks at a guest that made a number of exits.</summary>
/// <exception cref="GuestException">They did something else than they should.</exception>
public delegate void ExitCheck(Guest guest, int exits);

/// <summary>What a scenario does under one combination of settings.</summary>
/// <param name="Kind">What its guest does to exit.</param>
/// <param name="Access">The instructions between the guest's two stamps, one of which exits (see
/// <see cref="GuestProgram.StampedLoop"/>).</param>
/// <param name="Expected">The exit that reaches user space, if any does.</param>
/// <param name="Subkey">The port, address, leaf or register that the exits are about.</param>
public sealed record Workload(ExitKind Kind, Action<Assembler> Access, ExpectedExit Expected, ulong Subkey)
{
    public Destination Destination => Expected.ReachesUserspace ? Destination.Userspace : Destination.Kernel;

    /// <summary>How many vCPUs make these exits at once, each on a CPU of its own.</summary>
    public int Vcpus { get; init; } = 1;

    /// <summary>What each vCPU's memory needs beside the program, that of the first one too.</summary>
    public Action<Guest>? PrepareVcpu { get; init; }

    /// <summary>The exits of one vCPU, where they differ from those of another one.</summary>
    public Func<Guest, ExpectedExit>? ExpectedOf { get; init; }

    /// <summary>What the VMM stamps of its own in traced blocks, in this order; empty if it has no steps.</summary>
    public ImmutableArray<Stamp> Steps =>
        Work.Find<BusLookupWork>() != null ? [Stamp.VmmBusLock, Stamp.VmmBusLocked, Stamp.VmmBusFound, Stamp.VmmBusReleased] : [];

    /// <summary>What the native loop has to be able to do for it.</summary>
    public LoopParts Parts => Work.Parts | Expected.Parts;

    /// <summary>What the VMM does at each exit besides answering.</summary>
    public VmmWork Work { get; init; } = VmmWork.None;

    /// <summary>What the VM has to have before its vCPU is made.</summary>
    public GuestDevices Devices { get; init; }

    /// <summary>What the VM needs beside its program: in-kernel devices. The returned handles live as long as the VM.</summary>
    public Func<Guest, IReadOnlyList<IDisposable>>? Prepare { get; init; }

    /// <summary>
    /// The same instructions but the one that is measured, where that is not an exit by its nature: what an emulated guest's loop is
    /// without it.
    /// </summary>
    public Action<Assembler>? Without { get; init; }

    /// <summary>Instructions outside of the guest's stamps, see <see cref="GuestProgram.StampedLoop"/>.</summary>
    public Action<Assembler>? Outside { get; init; }

    /// <summary>For a guest whose instructions the VMM emulates: how.</summary>
    public EmulationSettings Emulation { get; init; }

    /// <summary>Exits that the guest makes before anything is recorded, to be in the state that the scenario is about.</summary>
    public int FirstExits { get; init; }

    /// <summary>What goes on beside the guest; it lives as long as the VM.</summary>
    public Func<Guest, ICompanion>? Companion { get; init; }

    /// <summary>A call of the VMM that is measured in place of the guest's exits; it lives as long as the VM.</summary>
    public Func<Guest, VmmCall>? Call { get; init; }

    /// <summary>The first and the last stamp of what is measured.</summary>
    public (Stamp First, Stamp Last) Ends => Kind switch
    {
        ExitKind.HltWake => (Stamp.WakeSent, Stamp.GuestAfter),
        ExitKind.VmmCall => (Stamp.CallBegin, Stamp.CallEnd),
        _ => (Stamp.GuestBefore, Stamp.GuestAfter),
    };

    /// <summary>The most exits of one run, where the kernel has room for no more.</summary>
    public int MostExits { get; init; } = int.MaxValue;

    /// <summary>For a guest whose exits are units of work: how many exits a unit has, and the checksum of one that has none.</summary>
    public (GuestWork Work, int Exits, ulong Checksum)? Unit { get; init; }

    /// <summary>The same units without an exit: what the work itself takes. Itself if it has none.</summary>
    public Workload WithoutExits =>
        Unit is { } unit
            ? this with
            {
                Unit = unit with { Exits = 0 },
                Expected = ExpectedExit.None,
                Reads = _ => unit.Checksum,
                Subkey = (WorkUnit.Of(Subkey) with { Exits = 0 }).Subkey,
            }
            : this;

    /// <summary>Checks after each run whether its exits did what they should.</summary>
    public ExitCheck? Check { get; init; }

    /// <summary>
    /// What each of the guest's reads has to return where the kernel answers; null if it reads nothing or the answer is not known.
    /// </summary>
    public Func<Guest, ulong?>? Reads { get; init; }
}
