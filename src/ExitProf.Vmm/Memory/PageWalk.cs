using System.Runtime.CompilerServices;

namespace ExitProf.Vmm;

public enum MemoryAccess
{
    Read,
    Write,
    Fetch,
}

/// <summary>Addresses of the page-table entries that one translation went through, the root's first.</summary>
[InlineArray(5)]
public struct WalkedEntries
{
    private ulong element;
}

/// <summary>
/// Translates linear addresses as the CPU does in long mode (Intel SDM volume 3, 4.5): four or five levels, pages of 4 KiB, 2 MiB and 1
/// GiB, permissions, reserved bits. It sets the accessed flags, and for a write the dirty flag, of a translation that is allowed.
/// </summary>
/// <remarks>
/// A table outside guest memory gives a page fault without the present bit, as KVM gives it. Protection keys are not looked at: the CPU has
/// before it hands an instruction over. The walk ends after four or five entries, wherever they point.
/// </remarks>
/// <param name="physicalBits">MAXPHYADDR of the guest's CPUID: bits above it are reserved.</param>
/// <param name="hugePages">Whether the guest's CPUID has pages of 1 GiB.</param>
public sealed class PageWalk(GuestMemory memory, int physicalBits, bool hugePages)
{
    public const int PageBytes = 4096;

    private const ulong Present = 1;
    private const ulong Writable = 2;
    private const ulong User = 4;
    private const ulong Accessed = 1 << 5;
    private const ulong Dirty = 1 << 6;
    private const ulong PageSize = 1 << 7;
    private const ulong NoExecute = 1ul << 63;
    private const ulong AddressMask = 0x000f_ffff_ffff_f000;

    // Bits 51 down to MAXPHYADDR.
    private readonly ulong reserved = AddressMask & ~((1ul << physicalBits) - 1);

    /// <summary>False leaves the reason in <paramref name="fault"/>. An address that is not canonical is a #GP.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryTranslate(in PagingMode mode, ulong linear, MemoryAccess access, out ulong physical, out GuestFault fault)
    {
        WalkedEntries entries = default;
        return TryTranslate(mode, linear, access, ref entries, out physical, out fault);
    }

    /// <summary>The same; says which entries it went through.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryTranslate(
        in PagingMode mode,
        ulong linear,
        MemoryAccess access,
        ref WalkedEntries entries,
        out ulong physical,
        out GuestFault fault
    )
    {
        PagingFlags flags = mode.Flags;
        int levels = (flags & PagingFlags.FiveLevels) != 0 ? 5 : 4;
        physical = 0;
        fault = default;
        int unused = 64 - (12 + 9 * levels);
        if ((ulong)((long)(linear << unused) >> unused) != linear)
        {
            fault = GuestFault.GeneralProtection;
            return false;
        }
        ulong table = mode.Root, entry, all = Writable | User, any = 0, unaccessed = 0;
        int level = levels;
        while (true)
        {
            int shift = 3 + 9 * level;
            ulong at = table + (linear >> shift & 511) * sizeof(ulong);
            entries[levels - level] = at;
            if (!memory.TryRead(at, out entry) || (entry & Present) == 0)
                return Fault(flags, linear, access, PageFaultCode.None, out fault);
            bool leaf = level == 1 || (entry & PageSize) != 0;
            if ((entry & Reserved(flags, level, leaf)) != 0)
                return Fault(flags, linear, access, PageFaultCode.Present | PageFaultCode.ReservedBit, out fault);
            all &= entry;
            any |= entry;
            unaccessed |= ~entry;
            if (leaf) break;
            table = entry & AddressMask;
            level--;
        }
        if (!Allowed(flags, access, all, any)) return Fault(flags, linear, access, PageFaultCode.Present, out fault);
        ulong offset = (1ul << (3 + 9 * level)) - 1;
        physical = (entry & AddressMask & ~offset) | (linear & offset);
        ulong wanted = access == MemoryAccess.Write ? Accessed | Dirty : Accessed;
        if ((unaccessed & Accessed) != 0 || (~entry & wanted) != 0)
        {
            for (int i = 0; i < levels - level; i++) memory.Or(entries[i], Accessed);
            memory.Or(entries[levels - level], wanted);
        }
        return true;
    }

    /// <summary>Bits that have to be zero in an entry of this level.</summary>
    private ulong Reserved(PagingFlags flags, int level, bool leaf)
    {
        ulong bits = reserved;
        if ((flags & PagingFlags.NoExecute) == 0) bits |= NoExecute;
        if (level == 1 || !leaf) return bits;
        // A page of 2 MiB or 1 GiB has no address bits below its size, but for bit 12, which is its memory type's. No other level has
        // pages.
        return level switch
        {
            2 => bits | 0x1f_e000,
            3 => hugePages ? bits | 0x3fff_e000 : bits | PageSize,
            _ => bits | PageSize,
        };
    }

    private static bool Allowed(PagingFlags flags, MemoryAccess access, ulong all, ulong any)
    {
        bool userPage = (all & User) != 0;
        if (access == MemoryAccess.Fetch)
        {
            if ((flags & PagingFlags.NoExecute) != 0 && (any & NoExecute) != 0) return false;
            return (flags & PagingFlags.User) != 0 ? userPage : !userPage || (flags & PagingFlags.NoSupervisorFetch) == 0;
        }
        bool user = (flags & PagingFlags.User) != 0;
        if (user ? !userPage : userPage && (flags & PagingFlags.NoSupervisorAccess) != 0) return false;
        return access == MemoryAccess.Read || (all & Writable) != 0 || (!user && (flags & PagingFlags.WriteProtect) == 0);
    }

    private static bool Fault(PagingFlags flags, ulong linear, MemoryAccess access, PageFaultCode code, out GuestFault fault)
    {
        if ((flags & PagingFlags.User) != 0)
            code |= PageFaultCode.User;
        if (access == MemoryAccess.Write)
            code |= PageFaultCode.Write;
        if (access == MemoryAccess.Fetch && (flags & (PagingFlags.NoExecute | PagingFlags.NoSupervisorFetch)) != 0)
            code |= PageFaultCode.Fetch;
        fault = GuestFault.PageFault(linear, code);
        return false;
    }
}
