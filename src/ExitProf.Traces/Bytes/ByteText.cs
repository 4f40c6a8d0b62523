using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>Words and numbers of a line of bytes, taken from its left. Every taking says whether there was enough.</summary>
internal ref struct ByteText(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> rest = text;

    /// <summary>What has not been taken.</summary>
    internal readonly ReadOnlySpan<byte> Rest => rest;

    internal static bool IsSpace(byte c) => c is (byte)' ' or (byte)'\t' or (byte)'\r';

    internal static bool IsDigit(byte c) => (uint)(c - '0') <= 9;

    internal static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        int i = 0;
        while (i < text.Length && IsSpace(text[i])) i++;
        return text[i..];
    }

    internal static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> text)
    {
        int i = text.Length;
        while (i > 0 && IsSpace(text[i - 1])) i--;
        return text[..i];
    }

    internal static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => TrimStart(TrimEnd(text));

    /// <summary>The next word, up to white space; empty at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Word()
    {
        rest = TrimStart(rest);
        int i = 0;
        while (i < rest.Length && !IsSpace(rest[i])) i++;
        var word = rest[..i];
        rest = rest[i..];
        return word;
    }

    /// <summary>The same for words of many letters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal ReadOnlySpan<byte> LongWord()
    {
        rest = TrimStart(rest);
        int end = rest.IndexOfAny((byte)' ', (byte)'\t', (byte)'\r');
        var word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..];
        return word;
    }

    /// <summary>Takes the next word if it is this one; a comma, colon or semicolon behind it is taken too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Take(ReadOnlySpan<byte> expected)
    {
        var before = rest;
        if (Bare(Word()).SequenceEqual(expected)) return true;
        rest = before;
        return false;
    }

    /// <summary>The number that the next word is, in hexadecimal with or without 0x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool TryHex(out ulong value)
    {
        var before = rest;
        if (TryHex(Bare(Word()), out value)) return true;
        rest = before;
        return false;
    }

    /// <summary>The number that the next word is: decimal, hexadecimal if it begins with 0x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool TryNumber(out ulong value)
    {
        var before = rest;
        if (TryNumber(Bare(Word()), out value)) return true;
        rest = before;
        return false;
    }

    /// <summary>Without the punctuation behind it.</summary>
    internal static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> word)
    {
        int i = word.Length;
        while (i > 0 && word[i - 1] is (byte)',' or (byte)':' or (byte)';') i--;
        return word[..i];
    }

    internal static bool HasHexPrefix(ReadOnlySpan<byte> word) => word.Length > 2 && word[0] == '0' && (word[1] | 0x20) == 'x';

    /// <returns>False if it is no such number or has more than 64 bits.</returns>
    internal static bool TryHex(ReadOnlySpan<byte> word, out ulong value)
    {
        const int Digits = 16;
        value = 0;
        if (HasHexPrefix(word)) word = word[2..];
        if (word.IsEmpty) return false;
        while (word.Length > Digits && word[0] == '0') word = word[1..];
        if (word.Length > Digits) return false;
        ulong read = 0;
        foreach (byte c in word)
        {
            // Both kinds of letters become small ones; digits stay what they are.
            uint digit = (uint)c - '0', letter = (c | 0x20u) - 'a';
            if (digit > 9)
            {
                if (letter > 5) return false;
                digit = letter + 10;
            }
            read = read << 4 | digit;
        }
        value = read;
        return true;
    }

    /// <inheritdoc cref="TryHex(ReadOnlySpan{byte}, out ulong)"/>
    internal static bool TryDecimal(ReadOnlySpan<byte> word, out ulong value)
    {
        // Fewer digits cannot be too many.
        const int Safe = 19;
        value = 0;
        if (word.IsEmpty) return false;
        ulong read = 0;
        if (word.Length <= Safe)
        {
            foreach (byte c in word)
            {
                uint digit = (uint)c - '0';
                if (digit > 9) return false;
                read = read * 10 + digit;
            }
            value = read;
            return true;
        }
        foreach (byte c in word)
        {
            uint digit = (uint)c - '0';
            if (digit > 9 || read > (ulong.MaxValue - digit) / 10) return false;
            read = read * 10 + digit;
        }
        value = read;
        return true;
    }

    internal static bool TryNumber(ReadOnlySpan<byte> word, out ulong value) =>
        HasHexPrefix(word) ? TryHex(word, out value) : TryDecimal(word, out value);
}
