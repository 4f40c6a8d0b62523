namespace ExitProf.Vmm;

/// <summary>
/// The instruction cache with what keeps it right when the guest changes its code or its page tables (<see cref="Coherence"/>).
/// </summary>
internal sealed unsafe class CoherentCache(IInstructionCache cache, Coherence coherence, PageWalk walk, WriteProtection? protection)
{
    /// <summary>Pages of page tables that are protected.</summary>
    private readonly HashSet<ulong> tables = [];

    public CacheCounters Counters => cache.Counters with { ProtectedWrites = protection?.Writes ?? 0 };

    public ref readonly EmulatedInstruction this[int index] => ref cache[index].Instruction;

    /// <summary>Protects the page of an address before anything there is cached, if pages are protected at all.</summary>
    /// <param name="table">Whether it is a page table.</param>
    public void ProtectAhead(ulong address, bool table)
    {
        protection?.Protect(address);
        if (table) tables.Add(PageOf(address));
    }

    /// <summary>A store of the guest that KVM did not carry out because its page is protected.</summary>
    /// <returns>False if it is not.</returns>
    public bool WriteProtected(ulong address, ReadOnlySpan<byte> data)
    {
        if (protection == null || !protection.Write(address, data)) return false;
        cache.DropWritten(address, data.Length);
        if (tables.Contains(PageOf(address))) protection.TableWritten(address);
        return true;
    }

    /// <summary>The index of the instruction, if it is there and still what the guest has there; else -1.</summary>
    public int LookUp(KvmRun* run, in PagingMode mode, in InstructionKey key)
    {
        int found = cache.Find(key);
        if (found >= 0 && !IsRight(run, mode, key, found))
        {
            cache.Drop(found);
            found = -1;
        }
        if (found < 0) cache.Miss();
        else cache.Hit(found);
        return found;
    }

    /// <summary>Keeps an instruction that is not there, and protects what it depends on.</summary>
    public void Keep(in PagingMode mode, in InstructionKey key, in EmulatedInstruction instruction, in InstructionBytes bytes)
    {
        if (protection == null)
        {
            cache.Insert(key, instruction, bytes);
            return;
        }
        // Where it lies is asked with the walk's entries at hand; an instruction whose page may just now not be fetched is not kept.
        InstructionPlace place = default;
        int first = Math.Min(instruction.Length, PageWalk.PageBytes - ((int)key.Rip & (PageWalk.PageBytes - 1)));
        if (!walk.TryTranslate(mode, key.Rip, MemoryAccess.Fetch, ref place.FirstEntries, out ulong physical, out _)) return;
        (place.First, place.FirstBytes, place.SecondBytes) = (physical, first, instruction.Length - first);
        if (place.SecondBytes > 0)
        {
            if (!walk.TryTranslate(mode, key.Rip + (ulong)first, MemoryAccess.Fetch, ref place.SecondEntries, out physical, out _)) return;
            place.Second = physical;
            protection.Protect(physical);
        }
        protection.Protect(place.First);
        if (coherence == Coherence.WriteProtectCodeAndTables)
        {
            Protect(protection, place.FirstEntries);
            Protect(protection, place.SecondEntries);
        }
        else
        {
            (place.FirstEntries, place.SecondEntries) = (default, default);
        }
        cache.SetPlace(cache.Insert(key, instruction, bytes), place);
    }

    private bool IsRight(KvmRun* run, in PagingMode mode, in InstructionKey key, int found)
    {
        switch (coherence)
        {
            case Coherence.VerifyBytes:
                return InstructionBytes.OfExit(run, out InstructionBytes bytes)
                    && bytes.Count >= cache[found].Instruction.Length
                    && cache.HasBytes(found, bytes.Vector);
            case Coherence.WriteProtectCode:
                ref readonly InstructionPlace place = ref cache.Place(found);
                if (!walk.TryTranslate(mode, key.Rip, MemoryAccess.Fetch, out ulong physical, out _) || physical != place.First)
                    return false;
                return place.SecondBytes == 0
                    || (
                        walk.TryTranslate(mode, key.Rip + (ulong)place.FirstBytes, MemoryAccess.Fetch, out physical, out _)
                        && physical == place.Second
                    );
            default:
                return true;
        }
    }

    private void Protect(WriteProtection protection, in WalkedEntries entries)
    {
        foreach (ulong entry in entries)
        {
            if (entry == 0) continue;
            protection.Protect(entry);
            tables.Add(PageOf(entry));
        }
    }

    private static ulong PageOf(ulong address) => address & ~(ulong)(PageWalk.PageBytes - 1);
}
