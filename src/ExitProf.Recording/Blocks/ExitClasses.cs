using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>The classes of a recording's exits: each new signature becomes one, and is announced before its first exit.</summary>
internal sealed class ExitClasses(ITraceSink sink, ExitKind kind, Destination destination, string kvmExit)
{
    private readonly List<ExitClass> classes = [];
    private readonly HashSet<string> calibrated = [];
    private ExitClass? last;

    public int Count => classes.Count;

    /// <summary>Exits of this signature are complete.</summary>
    public void Calibrate(ImmutableArray<Stamp> signature) => calibrated.Add(Key(signature.AsSpan()));

    public ExitClass Of(ReadOnlySpan<Stamp> signature, ulong subkey)
    {
        if (last != null && last.Subkey == subkey && last.Signature.AsSpan().SequenceEqual(signature)) return last;
        foreach (ExitClass known in classes)
        {
            if (known.Subkey == subkey && known.Signature.AsSpan().SequenceEqual(signature)) return last = known;
        }
        var added = new ExitClass(classes.Count, kind, destination, "", kvmExit, subkey, [.. signature], calibrated.Contains(Key(signature)));
        classes.Add(added);
        sink.Class(added);
        return last = added;
    }

    private static string Key(ReadOnlySpan<Stamp> signature)
    {
        Span<char> key = stackalloc char[signature.Length];
        for (int i = 0; i < signature.Length; i++) key[i] = (char)signature[i];
        return new string(key);
    }
}
