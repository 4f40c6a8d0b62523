using System.Buffers.Binary;

namespace ExitProf.Vmm;

/// <summary>
/// The least of ACPI that a guest can find (version 1.0b, chapter 5): a pointer in the BIOS's area, a table of tables, and the fixed
/// description with the port of the power management timer. There is no namespace and no machine to control.
/// </summary>
internal static class AcpiTables
{
    /// <summary>Guests look here, in steps of 16 bytes, up to 1 MB.</summary>
    public const ulong Address = 0xe0000;

    public const int AreaBytes = 0x100;

    private const int PointerBytes = 20, HeaderBytes = 36, FixedBytes = 116;
    private const int Root = 0x20, Fixed = 0x60;
    private const int ChecksumOfPointer = 8, ChecksumOfTable = 9;

    // Offsets in the fixed description.
    private const int TimerPort = 76, TimerLength = 91;

    /// <param name="area">At <see cref="Address"/> of the guest's memory.</param>
    public static void Write(Span<byte> area)
    {
        area = area[..AreaBytes];
        area.Clear();
        "RSD PTR "u8.CopyTo(area);
        "EXITPF"u8.CopyTo(area[9..]);
        Put(area, 16, (uint)Address + Root);
        SetChecksum(area[..PointerBytes], ChecksumOfPointer);
        Span<byte> root = Table(area[Root..], "RSDT"u8, HeaderBytes + sizeof(uint));
        Put(root, HeaderBytes, (uint)Address + Fixed);
        SetChecksum(root, ChecksumOfTable);
        Span<byte> description = Table(area[Fixed..], "FACP"u8, FixedBytes);
        Put(description, TimerPort, (uint)PmTimer.Address);
        description[TimerLength] = (byte)PmTimer.Ports;
        SetChecksum(description, ChecksumOfTable);
    }

    /// <summary>A table with its header, whose checksum is still to be set.</summary>
    private static Span<byte> Table(Span<byte> at, ReadOnlySpan<byte> signature, int bytes)
    {
        signature.CopyTo(at);
        Put(at, 4, (uint)bytes);
        at[8] = 1;
        "EXITPFEXITPROF"u8.CopyTo(at[10..]);
        return at[..bytes];
    }

    /// <summary>All bytes add up to 0.</summary>
    private static void SetChecksum(Span<byte> table, int at)
    {
        byte sum = 0;
        foreach (byte b in table) sum += b;
        table[at] = (byte)-sum;
    }

    private static void Put(Span<byte> to, int at, uint word) => BinaryPrimitives.WriteUInt32LittleEndian(to[at..], word);
}
