using System.Runtime.Intrinsics;
using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Emulation;

public enum CacheFault
{
    /// <summary>A hit is a hit, whatever bytes KVM hands over.</summary>
    BytesNotCompared,

    /// <summary>Two address spaces are one.</summary>
    KeyWithoutCr3,

    /// <summary>What ring 0 may execute, ring 3 may.</summary>
    KeyWithoutMode,

    /// <summary>A store to code drops nothing.</summary>
    CodeStoresMissed,

    /// <summary>A store to a page table drops nothing.</summary>
    TableStoresMissed,
}

/// <summary>A cache with one fault, to see that tests notice it.</summary>
internal sealed class BrokenCache(CacheFault fault, InstructionCache cache) : IInstructionCache
{
    public CacheCounters Counters => cache.Counters;

    public ref readonly CachedInstruction this[int index] => ref cache[index];

    public int Find(in InstructionKey key) => cache.Find(Key(key));

    public bool HasBytes(int index, Vector128<byte> bytes) => fault == CacheFault.BytesNotCompared || cache.HasBytes(index, bytes);

    public ref readonly InstructionPlace Place(int index) => ref cache.Place(index);

    public void Hit(int index) => cache.Hit(index);

    public void Miss() => cache.Miss();

    public void Drop(int index) => cache.Drop(index);

    public int Insert(in InstructionKey key, in EmulatedInstruction instruction, in InstructionBytes bytes) =>
        cache.Insert(Key(key), instruction, bytes);

    public void SetPlace(int index, in InstructionPlace place) => cache.SetPlace(index, place);

    public void Clear() => cache.Clear();

    public void DropWritten(ulong address, int bytes)
    {
        bool table = address < GuestLayout.CodePages;
        if (fault != (table ? CacheFault.TableStoresMissed : CacheFault.CodeStoresMissed)) cache.DropWritten(address, bytes);
    }

    private InstructionKey Key(in InstructionKey key) => fault switch
    {
        CacheFault.KeyWithoutCr3 => key with { Cr3 = 0 },
        CacheFault.KeyWithoutMode => key with { Mode = PagingFlags.None },
        _ => key,
    };
}
