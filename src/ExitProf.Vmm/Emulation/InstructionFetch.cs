using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ExitProf.Vmm;

internal enum FetchResult
{
    Fetched,

    /// <summary>Not even the first byte may be fetched.</summary>
    Fault,

    /// <summary>RIP leads to where there is no memory.</summary>
    NoMemory,
}

/// <summary>Fetches an instruction by walking the guest's page tables, as bhyve did.</summary>
internal sealed class InstructionFetch(GuestMemory memory, PageWalk walk)
{
    /// <summary>
    /// What the bytes after the last one fetched would give: an instruction that goes on there meets it. Vector 0 if there is memory up to
    /// the end.
    /// </summary>
    public GuestFault Beyond { get; private set; }

    /// <summary>True if the bytes end where the guest's memory does.</summary>
    public bool EndsAtMemory { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public FetchResult Fetch(in PagingMode mode, ulong rip, out InstructionBytes bytes, out GuestFault fault)
    {
        bytes = default;
        Beyond = default;
        EndsAtMemory = false;
        if (!walk.TryTranslate(mode, rip, MemoryAccess.Fetch, out ulong physical, out fault)) return FetchResult.Fault;
        int offset = (int)rip & (PageWalk.PageBytes - 1);
        if (offset <= PageWalk.PageBytes - Vector128<byte>.Count)
        {
            Span<byte> found = memory.Find(physical, Vector128<byte>.Count);
            if (found.IsEmpty) return FetchResult.NoMemory;
            bytes = InstructionBytes.Of(MemoryMarshal.Read<Vector128<byte>>(found), InstructionBytes.Most);
            return FetchResult.Fetched;
        }
        return FetchAcross(mode, rip, physical, PageWalk.PageBytes - offset, ref bytes);
    }

    private FetchResult FetchAcross(in PagingMode mode, ulong rip, ulong physical, int first, ref InstructionBytes bytes)
    {
        first = Math.Min(first, InstructionBytes.Most);
        Span<byte> found = memory.Find(physical, first);
        if (found.IsEmpty) return FetchResult.NoMemory;
        found.CopyTo(bytes.Room);
        bytes.Count = first;
        int rest = InstructionBytes.Most - first;
        if (rest == 0) return FetchResult.Fetched;
        if (!walk.TryTranslate(mode, rip + (ulong)first, MemoryAccess.Fetch, out ulong next, out GuestFault beyond))
        {
            Beyond = beyond;
            return FetchResult.Fetched;
        }
        found = memory.Find(next, rest);
        EndsAtMemory = found.IsEmpty;
        found.CopyTo(bytes.Room[first..]);
        bytes.Count = first + found.Length;
        return FetchResult.Fetched;
    }
}
