using System.Runtime.InteropServices;

namespace ExitProf.Vmm;

/// <summary>
/// Pages of guest memory that the guest may read and execute but not write: its stores come to the VMM as MMIO. A protected page is part of
/// a read-only memory slot, so slots are split and joined; a page that was protected once stays so.
/// </summary>
public sealed unsafe class WriteProtection
{
    // Numbers below are the scenario's own slots.
    private const uint FirstSlot = 1000;

    private readonly VirtualMachine vm;
    private readonly GuestMemory memory;

    /// <summary>
    /// Whether KVM keeps page tables of its own, made from the guest's: it sees what the guest writes there, but not what the VMM writes.
    /// </summary>
    private readonly bool shadowPaging;
    private readonly List<Run> runs = [];
    private readonly Stack<uint> free = new();
    private uint next = FirstSlot;

    public WriteProtection(VirtualMachine vm, GuestMemory memory, bool shadowPaging)
    {
        this.vm = vm;
        this.memory = memory;
        this.shadowPaging = shadowPaging;
        runs.AddRange(memory.Slots.Where(s => !s.ReadOnly).Select(s => new Run(s.Index, s.Start, s.Bytes, (nint)s.Host, false)));
    }

    /// <summary>Stores that were carried out.</summary>
    public long Writes { get; private set; }

    public bool IsProtected(ulong address) => Find(address) is >= 0 and var at && runs[at].ReadOnly;

    /// <summary>Protects the page of an address, if there is memory and it is not yet. The vCPU must not be running.</summary>
    public void Protect(ulong address)
    {
        ulong page = address & ~(ulong)(PageWalk.PageBytes - 1);
        int at = Find(page);
        if (at < 0 || runs[at].ReadOnly) return;
        Run run = runs[at];
        Remove(at);
        ulong end = page + PageWalk.PageBytes;
        if (page > run.Start) Add(run.Part(run.Start, page, readOnly: false));
        Run own = run.Part(page, end, readOnly: true);
        // Neighbours that are protected as well become one slot: KVM has a limited number of slots.
        if (Take(runs.FindIndex(r => r.ReadOnly && r.End == own.Start && r.Host + (nint)r.Bytes == own.Host)) is { } before)
            own = before with { Bytes = before.Bytes + own.Bytes };
        if (Take(runs.FindIndex(r => r.ReadOnly && r.Start == own.End && own.Host + (nint)own.Bytes == r.Host)) is { } after)
            own = own with { Bytes = own.Bytes + after.Bytes };
        Add(own);
        if (end < run.End) Add(run.Part(end, run.End, readOnly: false));
    }

    /// <summary>Carries out a store of the guest to a protected page.</summary>
    /// <returns>False if the page is not one.</returns>
    public bool Write(ulong address, ReadOnlySpan<byte> data)
    {
        if (!IsProtected(address)) return false;
        Span<byte> target = memory.FindWritable(address, data.Length);
        if (target.IsEmpty) return false;
        // A page-table entry must not be seen half written, by another vCPU or by KVM.
        if (data.Length == sizeof(ulong) && (address & 7) == 0)
            Volatile.Write(ref MemoryMarshal.AsRef<ulong>(target), MemoryMarshal.Read<ulong>(data));
        else
            data.CopyTo(target);
        Writes++;
        return true;
    }

    /// <summary>Has KVM forget what it made of a page table that the VMM has written. A slot that is recreated drops all of it.</summary>
    public void TableWritten(ulong address)
    {
        if (!shadowPaging) return;
        int at = Find(address);
        Run run = runs[at];
        Remove(at);
        Add(run);
    }

    /// <summary>The index of the run that an address is in; -1 for none. Called in the exit loop: allocates nothing.</summary>
    private int Find(ulong address)
    {
        for (int i = 0; i < runs.Count; i++)
        {
            if (runs[i].Contains(address)) return i;
        }
        return -1;
    }

    private void Add(Run run)
    {
        uint slot = free.Count > 0 ? free.Pop() : next++;
        vm.SetUserMemoryRegion(slot, run.Start, (byte*)run.Host, (long)run.Bytes, run.ReadOnly);
        runs.Add(run with { Slot = slot });
    }

    private Run? Take(int at)
    {
        if (at < 0) return null;
        Run run = runs[at];
        Remove(at);
        return run;
    }

    private void Remove(int at)
    {
        Run run = runs[at];
        vm.SetUserMemoryRegion(run.Slot, run.Start, (byte*)run.Host, 0, readOnly: false);
        free.Push(run.Slot);
        runs.RemoveAt(at);
    }

    /// <summary>Pages in a row of the same kind: one slot of KVM's.</summary>
    private readonly record struct Run(uint Slot, ulong Start, ulong Bytes, nint Host, bool ReadOnly)
    {
        public ulong End => Start + Bytes;

        public bool Contains(ulong address) => address - Start < Bytes;

        public Run Part(ulong start, ulong end, bool readOnly) => new(0, start, end - start, Host + (nint)(start - Start), readOnly);
    }
}
