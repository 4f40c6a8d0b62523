using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ExitProf.Vmm;

/// <summary>The bytes at RIP, as many as could be had and at most those of the longest instruction.</summary>
public struct InstructionBytes
{
    /// <summary>The longest instruction that a CPU executes.</summary>
    public const int Most = 15;

    // KVM_INTERNAL_ERROR_EMULATION's details in <linux/kvm.h>: the flag, and where the size and the bytes are.
    private const ulong ExitHasBytes = 1;
    private const int ExitSizeOffset = 8;
    private const int ExitBytesOffset = 9;

    private Vector128<byte> bytes;

    public int Count { get; set; }

    /// <summary>All sixteen, of which the first <see cref="Count"/> mean something.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public Span<byte> Room => MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref bytes, 1));

    public readonly byte this[int index] => bytes[index];

    public readonly Vector128<byte> Vector => bytes;

    public readonly byte[] ToArray()
    {
        byte[] array = new byte[Count];
        for (int i = 0; i < Count; i++) array[i] = bytes[i];
        return array;
    }

    /// <summary>Ones in the first bytes of sixteen.</summary>
    public static Vector128<byte> Mask(int count) =>
        Vector128.LessThan(Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), Vector128.Create((byte)count));

    /// <summary>Sixteen bytes as they come, of which <paramref name="count"/> mean something.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static InstructionBytes Of(Vector128<byte> bytes, int count) => new() { bytes = bytes, Count = count };

    /// <summary>The bytes that KVM fetched, handed over with the exit.</summary>
    /// <returns>False if it handed over none.</returns>
    internal static unsafe bool OfExit(KvmRun* run, out InstructionBytes bytes)
    {
        byte* data = (byte*)&run->InternalData;
        int count = data[ExitSizeOffset];
        bool there = run->InternalNdata > 2 && (run->InternalData[0] & ExitHasBytes) != 0 && count is > 0 and <= Most;
        bytes = there ? Of(Vector128.Load(data + ExitBytesOffset), count) : default;
        return there;
    }
}
