using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>Numbers the classes of paired exits as they appear. Allocates nothing for an exit of a class that is known.</summary>
/// <param name="spell">How a reason is to be printed; null for the kernel's own name.</param>
internal sealed class ExitClassTable(Func<uint, int, string?>? spell)
{
    /// <summary>
    /// A guest can touch millions of pages: beyond this many classes with a subkey, further ones are counted under their reason alone, so
    /// that the memory of
    /// whoever reads the trace stays bounded.
    /// </summary>
    internal const int MaxSubkeyClasses = 1 << 14;

    /// <summary>Beyond this many, an exit with a new signature joins one class of its reason that has its two ends only.</summary>
    internal const int MaxClasses = 1 << 16;

    /// <summary>A power of two, at most 256.</summary>
    private const int RecentClasses = 128;

    private readonly Dictionary<ulong, List<ExitClass>> byHash = [];

    /// <summary>Where a hash leads, the class that was found last.</summary>
    private readonly Found[] recent = new Found[RecentClasses];
    private readonly List<ExitClass> classes = [];

    /// <summary>Exits of one class often come in a row.</summary>
    private Found latest;
    private int announced;

    private readonly record struct Found(ExitClass? Class, ulong Hash, uint Code, int Isa, bool HasReason);

    /// <summary>Exits whose subkey was left out because there were too many.</summary>
    internal long FoldedSubkeys { get; private set; }

    /// <summary>Exits whose inner stamps were left out because there were too many signatures.</summary>
    internal long FoldedSignatures { get; private set; }

    /// <summary>Set once: the row of the border table depends on it.</summary>
    internal Backend Backend { get; set; }

    internal int Count => classes.Count;

    internal ExitClass this[int index] => classes[index];

    /// <summary>Hands a sink the classes that it does not know yet.</summary>
    internal void Announce(ITraceSink sink)
    {
        for (; announced < classes.Count; announced++) sink.Class(classes[announced]);
    }

    /// <param name="folded">True if only the first and the last stamp of the exit belong to the class.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal ExitClass Of(in PairedExit exit, out bool folded)
    {
        folded = false;
        ulong subkey = exit.Subkey;
        if (TryFind(in exit, exit.Signature, subkey) is { } known) return known;
        if (subkey != 0 && classes.Count >= MaxSubkeyClasses)
        {
            FoldedSubkeys++;
            subkey = 0;
            if (TryFind(in exit, exit.Signature, subkey) is { } without) return without;
        }
        if (classes.Count < MaxClasses) return Add(in exit, exit.Signature, subkey);
        FoldedSignatures++;
        return OfEnds(in exit, subkey, out folded);
    }

    /// <summary>The class of an exit of which only the first and the last stamp are kept.</summary>
    internal ExitClass OfEnds(in PairedExit exit, out bool folded) =>
        OfEnds(in exit, classes.Count >= MaxSubkeyClasses ? 0 : exit.Subkey, out folded);

    private ExitClass OfEnds(in PairedExit exit, ulong subkey, out bool folded)
    {
        folded = exit.Signature.Length > 2;
        ReadOnlySpan<Stamp> ends = folded ? [exit.Signature[0], exit.Signature[^1]] : exit.Signature;
        return TryFind(in exit, ends, subkey) ?? Add(in exit, ends, subkey);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ExitClass? TryFind(in PairedExit exit, ReadOnlySpan<Stamp> signature, ulong subkey)
    {
        if (latest.Class is { } before && IsReasonOf(in latest, in exit) && IsOf(before, in exit, signature, subkey)) return before;
        ulong hash = Hash(in exit, signature, subkey);
        ref Found last = ref recent[(int)(hash >> 56) & (RecentClasses - 1)];
        if (last.Class is { } known && last.Hash == hash && IsReasonOf(in last, in exit) && IsOf(known, in exit, signature, subkey))
        {
            latest = last;
            return known;
        }
        if (!byHash.TryGetValue(hash, out var candidates)) return null;
        foreach (ExitClass candidate in candidates)
        {
            if (!IsOf(candidate, in exit, signature, subkey) || candidate.Reason != Reason(in exit)) continue;
            last = new Found(candidate, hash, exit.ReasonCode, exit.Isa, exit.HasReason);
            return candidate;
        }
        return null;
    }

    /// <summary>The same numbers have the same name: it need not be spelled to be compared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsReasonOf(in Found found, in PairedExit exit) =>
        found.Code == exit.ReasonCode && found.Isa == exit.Isa && found.HasReason == exit.HasReason;

    /// <summary>All but the reason is compared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsOf(ExitClass candidate, in PairedExit exit, ReadOnlySpan<Stamp> signature, ulong subkey) =>
        candidate.Subkey == subkey && candidate.Kind == exit.Kind && candidate.Destination == exit.Destination
        && candidate.Signature.AsSpan().SequenceEqual(signature) && candidate.KvmExit == exit.KvmExit;

    private ExitClass Add(in PairedExit exit, ReadOnlySpan<Stamp> signature, ulong subkey)
    {
        ImmutableArray<Stamp> stamps = [.. signature];
        var found = new ExitClass(classes.Count, exit.Kind, exit.Destination, Reason(in exit), exit.KvmExit, subkey, stamps,
            IsExplained(in exit, signature));
        classes.Add(found);
        ulong hash = Hash(in exit, signature, subkey);
        if (!byHash.TryGetValue(hash, out var candidates)) byHash.Add(hash, candidates = []);
        candidates.Add(found);
        return found;
    }

    private string Reason(in PairedExit exit) => exit.HasReason ? spell?.Invoke(exit.ReasonCode, exit.Isa) ?? exit.Reason : "";

    /// <summary>
    /// A whole exit whose steps the border table knows: nothing was calibrated, so the table alone says what is complete.
    /// </summary>
    private bool IsExplained(in PairedExit exit, ReadOnlySpan<Stamp> signature) =>
        exit.IsPaired && signature.Length > 2 && exit.Kind != ExitKind.Unknown
        && Walk.Of(BorderTable.Row(exit.Kind, exit.Destination, Backend, vmmStamps: false), signature) is { TotalOnly: false };

    private static ulong Hash(in PairedExit exit, ReadOnlySpan<Stamp> signature, ulong subkey)
    {
        const ulong Prime = 0x9e37_79b9_7f4a_7c15;
        ulong sort = (ulong)exit.ReasonCode << 32 ^ (uint)exit.Isa ^ (ulong)exit.Kind << 8 ^ (ulong)exit.Destination << 16;
        ulong hash = (subkey ^ sort) * Prime;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(signature);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) hash = (hash ^ word) * Prime ^ hash >> 29;
        foreach (byte b in bytes[(words.Length * sizeof(ulong))..]) hash = (hash ^ b) * Prime;
        return (hash ^ hash >> 32 ^ (ulong)bytes.Length) * Prime;
    }
}
