using System.Collections.Immutable;
using System.Globalization;

namespace ExitProf.Traces;

/// <summary>
/// What exits of one sort have in common: who caused and who answered them, and their signature, the sequence of stamps
/// from the first to the last. An exit in a trace is the number of its class and the times of those stamps.
/// </summary>
/// <param name="Index">Number of the class within its trace, from 0 in order of appearance.</param>
/// <param name="Reason">The hardware's reason (VMX basic reason, SVM exit code) by name; empty where unknown.</param>
/// <param name="KvmExit">KVM_EXIT_* by name for exits that reach user space; empty otherwise.</param>
/// <param name="Subkey">Port, guest-physical address, MSR, CPUID leaf, number of the hypercall or APIC register; 0 where there is
/// none.</param>
/// <param name="Signature">The stamps in order of time.</param>
/// <param name="Calibrated">
/// True for the signature that calibration found to be the host's own for this kind of exit: exits of it are complete.
/// </param>
public sealed record ExitClass(
    int Index,
    ExitKind Kind,
    Destination Destination,
    string Reason,
    string KvmExit,
    ulong Subkey,
    ImmutableArray<Stamp> Signature,
    bool Calibrated)
{
    public const int MaxStamps = 255;

    /// <summary>
    /// Stands at the index of a class whose definition a damaged trace has lost, in a list that is indexed by class. Without stamps it is
    /// the class of no exit.
    /// </summary>
    public static readonly ExitClass Lost = new(-1, ExitKind.Unknown, Destination.Kernel, "", "", 0, [], Calibrated: false);

    /// <summary>True where the vCPU waits in it for something to do: its time is no cost.</summary>
    public bool IsHalt => Kind == ExitKind.Hlt || Reason is "WFx" or "WFI";

    /// <summary>The subkey in hexadecimal; empty where the exit is about nothing in particular.</summary>
    public string SubkeyText =>
        Subkey == 0 && Kind is not (ExitKind.PioIn or ExitKind.PioOut or ExitKind.Cpuid or ExitKind.Msr or ExitKind.Hypercall)
            ? ""
            : "0x" + Subkey.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>The signature as text: names of stamps separated by spaces.</summary>
    public string SignatureText => string.Join(' ', Signature.Select(s => s.Name()));

    public bool Equals(ExitClass? other) => other is not null && Index == other.Index && Kind == other.Kind
        && Destination == other.Destination && Reason == other.Reason && KvmExit == other.KvmExit && Subkey == other.Subkey
        && Calibrated == other.Calibrated && Signature.AsSpan().SequenceEqual(other.Signature.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Index, Kind, Destination, Reason, KvmExit, Subkey, Signature.Length, Calibrated);
}
