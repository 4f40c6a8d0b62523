using System.Collections.Immutable;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// The classes of a recording's exits: each new signature of a workload becomes one, and is announced before its first exit.
/// </summary>
internal sealed class ExitClasses(ITraceSink sink)
{
    private readonly List<ExitClass> classes = [];
    private readonly HashSet<string> calibrated = [];
    private ExitClass? last;

    public int Count => classes.Count;

    /// <summary>The stamps of all calibrated signatures.</summary>
    public IEnumerable<Stamp> Calibrated => calibrated.SelectMany(k => k).Select(c => (Stamp)c).Distinct();

    /// <summary>Exits of this signature are complete.</summary>
    public void Calibrate(ImmutableArray<Stamp> signature) => calibrated.Add(Key(signature.AsSpan()));

    public ExitClass Of(Workload workload, ReadOnlySpan<Stamp> signature)
    {
        if (last != null && Is(last, workload, signature)) return last;
        foreach (ExitClass known in classes)
        {
            if (Is(known, workload, signature)) return last = known;
        }
        string kvmExit = workload.Expected.ReachesUserspace ? workload.Expected.Reason.Name() : "";
        var added = new ExitClass(
            classes.Count,
            workload.Kind,
            workload.Destination,
            "",
            kvmExit,
            workload.Subkey,
            [.. signature],
            calibrated.Contains(Key(signature))
        );
        classes.Add(added);
        sink.Class(added);
        return last = added;
    }

    private static bool Is(ExitClass known, Workload workload, ReadOnlySpan<Stamp> signature) =>
        known.Subkey == workload.Subkey
        && known.Kind == workload.Kind
        && known.Destination == workload.Destination
        && known.Signature.AsSpan().SequenceEqual(signature);

    private static string Key(ReadOnlySpan<Stamp> signature)
    {
        Span<char> key = stackalloc char[signature.Length];
        for (int i = 0; i < signature.Length; i++) key[i] = (char)signature[i];
        return new string(key);
    }
}
