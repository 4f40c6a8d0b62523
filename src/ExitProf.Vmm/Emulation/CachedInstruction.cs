using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ExitProf.Vmm;

/// <summary>Which instruction: the same address means others in other address spaces and other modes.</summary>
/// <param name="Mode">Of the CPU, as far as it decides how an address is translated; only 64-bit code is decoded.</param>
public readonly record struct InstructionKey(ulong Rip, ulong Cr3, PagingFlags Mode);

/// <summary>Where the bytes of an instruction are in guest-physical memory, and which page-table entries led there.</summary>
/// <param name="FirstBytes">How many of them are in the first page.</param>
/// <param name="Second">Of the page that holds the others, if it crosses into one.</param>
public record struct InstructionPlace(ulong First, int FirstBytes, ulong Second, int SecondBytes)
{
    public WalkedEntries FirstEntries;
    public WalkedEntries SecondEntries;

    public readonly bool Overlaps(ulong address, int bytes) =>
        Overlaps(First, FirstBytes, address, bytes) || (SecondBytes > 0 && Overlaps(Second, SecondBytes, address, bytes));

    /// <summary>True if one of the page-table entries is among these bytes.</summary>
    public readonly bool CameThrough(ulong address, int bytes)
    {
        for (int i = 0; i < 5; i++)
        {
            if (FirstEntries[i] != 0 && Overlaps(FirstEntries[i], sizeof(ulong), address, bytes)) return true;
            if (SecondBytes > 0 && SecondEntries[i] != 0 && Overlaps(SecondEntries[i], sizeof(ulong), address, bytes)) return true;
        }
        return false;
    }

    private static bool Overlaps(ulong a, int aBytes, ulong b, int bBytes) => a < b + (ulong)bBytes && b < a + (ulong)aBytes;
}

/// <summary>An entry of the cache.</summary>
public struct CachedInstruction
{
    public InstructionKey Key;
    public EmulatedInstruction Instruction;
    internal Vector128<byte> Bytes;
    internal Vector128<byte> Mask;

    /// <summary>True if these are the bytes of the instruction. Sixteen are read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool HasBytes(Vector128<byte> bytes) => (bytes & Mask) == Bytes;

    internal void SetBytes(in InstructionBytes bytes, int length)
    {
        Mask = InstructionBytes.Mask(length);
        Bytes = bytes.Vector & Mask;
    }
}
