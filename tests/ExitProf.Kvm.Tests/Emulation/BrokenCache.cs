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
internal sealed class BrokenCache(CacheFault fault, int entries, bool withPlaces) : InstructionCache(entries, withPlaces)
{
    public override int Find(in InstructionKey key) => base.Find(Key(key));

    public override int Insert(in InstructionKey key, in EmulatedInstruction instruction, in InstructionBytes bytes) => base.Insert(Key(key), instruction, bytes);

    internal override bool HasBytes(int index, Vector128<byte> bytes) => fault == CacheFault.BytesNotCompared || base.HasBytes(index, bytes);

    public override void DropWritten(ulong address, int bytes)
    {
        bool table = address < GuestLayout.CodePages;
        if (fault != (table ? CacheFault.TableStoresMissed : CacheFault.CodeStoresMissed)) base.DropWritten(address, bytes);
    }

    private InstructionKey Key(in InstructionKey key) => fault switch
    {
        CacheFault.KeyWithoutCr3 => key with { Cr3 = 0 },
        CacheFault.KeyWithoutMode => key with { Mode = PagingFlags.None },
        _ => key,
    };
}
