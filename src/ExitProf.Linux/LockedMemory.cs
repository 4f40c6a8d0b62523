namespace ExitProf.Linux;

/// <summary>Memory that exists before it is needed: prefaulted, and locked where the limit allows it.</summary>
public sealed unsafe class LockedMemory : IDisposable
{
    private void* address;

    /// <param name="bytes">Rounded up to whole pages.</param>
    public LockedMemory(long bytes)
    {
        Bytes = (bytes + Environment.SystemPageSize - 1) & -Environment.SystemPageSize;
        address = LibC.mmap(
            null,
            (nint)Bytes,
            LibC.PROT_READ | LibC.PROT_WRITE,
            LibC.MAP_SHARED | LibC.MAP_ANONYMOUS | LibC.MAP_POPULATE,
            -1,
            0
        );
        if ((nint)address == -1)
            throw SystemCallException.Last($"mmap of {Bytes} bytes", "free some memory");
        Locked = LibC.mlock(address, (nint)Bytes) == 0;
    }

    public long Bytes { get; }

    /// <summary>False if RLIMIT_MEMLOCK forbade it: a page may then be taken away while recording.</summary>
    public bool Locked { get; }

    public void* Address => address != null ? address : throw new ObjectDisposedException(nameof(LockedMemory));

    public Span<byte> Span => new(Address, checked((int)Bytes));

    public void Dispose()
    {
        if (address == null) return;
        _ = LibC.munmap(address, (nint)Bytes);
        address = null;
    }
}
