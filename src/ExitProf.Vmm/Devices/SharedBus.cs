using System.Runtime.InteropServices;
using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>
/// A bus of ports that all vCPUs of a VM look up, each from its own thread and native loop: a sorted table in memory that does not move,
/// and every lock that can protect it.
/// </summary>
/// <remarks>The locks are those of the C library, whose addresses the native loop calls: what a VMM in C has in place of the kernel's
/// slots_lock.</remarks>
public sealed unsafe class SharedBus : IDisposable
{
    /// <summary>The first of its ports, above those of a PC's own devices.</summary>
    public const ushort FirstPort = 0x1000;
    public const int PortsPerDevice = 4;
    public const int MostDevices = 1000;
    public const int MostVcpus = 32;

    private const int CacheLine = 64;

    /// <summary>Before the first device: how many there are.</summary>
    internal const int TableHeader = 16;

    // Each on lines of its own: what is written by one vCPU must not slow another one down but by what it is. Both of glibc's are below 64
    // bytes.
    private const int MutexOffset = 0;
    private const int RwlockOffset = 2 * CacheLine;
    private const int TableOffset = 4 * CacheLine;
    private const int ReadingOffset = 6 * CacheLine;
    private const int ReadingStride = 2 * CacheLine;

    private readonly LockedMemory memory = new(ReadingOffset + MostVcpus * ReadingStride);
    private readonly LockedMemory[] tables = [NewTable(), NewTable()];
    private int current;

    /// <param name="devices">One behind the other from <see cref="FirstPort"/> on.</param>
    public SharedBus(int devices)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(devices, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(devices, MostDevices);
        Devices = devices;
        foreach (LockedMemory table in tables) Fill(table);
        *Table = (ulong)tables[0].Address;
        _ = LibC.pthread_mutex_init(Mutex, null);
        _ = LibC.pthread_rwlock_init(Rwlock, null);
    }

    public int Devices { get; }

    /// <summary>The first port of a device.</summary>
    public static ushort Port(int device) => (ushort)(FirstPort + PortsPerDevice * device);

    /// <summary>What a device answers, different for each.</summary>
    public static uint Answer(int device) => 0x00010001u * (uint)(device + 1);

    internal void* Mutex => (byte*)memory.Address + MutexOffset;

    internal void* Rwlock => (byte*)memory.Address + RwlockOffset;

    /// <summary>Where the address of the table stands.</summary>
    internal ulong* Table => (ulong*)((byte*)memory.Address + TableOffset);

    /// <summary>Not zero while the vCPU reads.</summary>
    internal ulong* Reading(int vcpu) => (ulong*)((byte*)memory.Address + ReadingOffset + vcpu * ReadingStride);

    /// <summary>
    /// Publishes another table with the same devices, and waits until nobody reads the old one, which then answers nothing. Not at once
    /// from two threads.
    /// </summary>
    public void Update(BusLock by)
    {
        int next = 1 - current;
        Fill(tables[next]);
        switch (by)
        {
            case BusLock.Mutex:
                _ = LibC.pthread_mutex_lock(Mutex);
                Publish(next);
                _ = LibC.pthread_mutex_unlock(Mutex);
                break;
            case BusLock.Rwlock:
                _ = LibC.pthread_rwlock_wrlock(Rwlock);
                Publish(next);
                _ = LibC.pthread_rwlock_unlock(Rwlock);
                break;
            case BusLock.Snapshot:
                Publish(next);
                WaitForReaders();
                break;
            default:
                throw new ArgumentException("Nothing protects the readers from a change.", nameof(by));
        }
        // Who still reads it has read without protection, and finds no device.
        tables[current].Span.Clear();
        current = next;
    }

    public void Dispose()
    {
        _ = LibC.pthread_mutex_destroy(Mutex);
        _ = LibC.pthread_rwlock_destroy(Rwlock);
        memory.Dispose();
        foreach (LockedMemory table in tables) table.Dispose();
    }

    private void Publish(int table) => Volatile.Write(ref *Table, (ulong)tables[table].Address);

    /// <summary>
    /// A reader that comes later than this takes the new table: its note is a locked write, so it is seen before what it reads.
    /// </summary>
    private void WaitForReaders()
    {
        Interlocked.MemoryBarrier();
        for (int i = 0; i < MostVcpus; i++)
        {
            while (Volatile.Read(ref *Reading(i)) != 0) Thread.Yield();
        }
    }

    private void Fill(LockedMemory table)
    {
        ulong* words = (ulong*)table.Address;
        words[0] = (ulong)Devices;
        var devices = (BusDevice*)((byte*)table.Address + TableHeader);
        for (int i = 0; i < Devices; i++) devices[i] = new BusDevice { Port = Port(i), Answer = Answer(i) };
    }

    private static LockedMemory NewTable() => new(TableHeader + MostDevices * sizeof(BusDevice));
}

/// <summary>An entry of the table, sorted by port.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BusDevice
{
    public ulong Port;
    public ulong Answer;
}
