using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>
/// Reads the fields of one payload in order. Bytes after the last field that the reader knows are left alone: later writers may add fields.
/// </summary>
/// <exception cref="FormatException">The payload ends before its last field, or a field has a value that it cannot have.</exception>
internal ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    /// <summary>An hour of an emulated host: sums of what a file says stay numbers.</summary>
    private const long MostOfExit = 3_600_000_000_000;

    private ReadOnlySpan<byte> rest = payload;

    internal byte U8() => Take(1)[0];

    internal bool Bool() => U8() != 0;

    internal ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    internal int I32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    internal long I64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    internal ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    internal double F64() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    /// <summary>A number that counts something.</summary>
    internal int Natural() => I32() is >= 0 and var value ? value : throw new FormatException("a negative count");

    /// <summary>False at the end, where fields of later writers may stand.</summary>
    internal bool HasMore => !rest.IsEmpty;

    /// <inheritdoc cref="Natural"/>
    internal long LongNatural() => I64() is >= 0 and var value ? value : throw new FormatException("a negative count");

    /// <summary>Half a surrogate pair is no character, and many writers refuse it: it becomes U+FFFD here already.</summary>
    internal string Text()
    {
        string text = new(MemoryMarshal.Cast<byte, char>(Take(U16() * sizeof(char))));
        return text.AsSpan().ContainsAnyInRange('\ud800', '\udfff') ? string.Concat(text.EnumerateRunes().Select(r => r.ToString())) : text;
    }

    internal ReadOnlySpan<byte> Bytes() => Take(U16());

    internal ImmutableArray<Fact> Facts()
    {
        // The number is not trusted with an allocation: it may be larger than what is there.
        int number = U16();
        var facts = ImmutableArray.CreateBuilder<Fact>();
        for (int i = 0; i < number; i++) facts.Add(new Fact(Text(), Text()));
        return facts.ToImmutable();
    }

    /// <param name="withCalls">Whether calls stand before the ticks.</param>
    internal StackCount Stack(bool withCalls)
    {
        int configuration = Natural();
        string stage = Text(), functions = Text();
        long? calls = withCalls ? LongNatural() : null;
        var stack = new StackCount(configuration, stage, functions, LongNatural()) { Calls = calls };
        return stack.Ticks <= MostOfExit && !(calls > MostOfExit) ? stack : throw new FormatException("more than an exit has");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int size)
    {
        if ((uint)size > (uint)rest.Length) Throw("a field that is not there");
        ReadOnlySpan<byte> taken = rest[..size];
        rest = rest[size..];
        return taken;
    }

    private static void Throw(string what) => throw new FormatException(what);
}
