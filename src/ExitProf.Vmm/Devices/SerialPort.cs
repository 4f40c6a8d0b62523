using System.Runtime.InteropServices;

namespace ExitProf.Vmm;

/// <summary>
/// A serial line that is always ready: what the guest writes is kept, nothing comes in, and it makes no interrupts (16550A; the registers
/// are in its data sheet, table 2).
/// </summary>
public sealed class SerialPort : IIoDevice
{
    public const ulong Address = 0x3f8;
    public const ulong Registers = 8;

    /// <summary>More than any test prints; a guest that writes on is stopped.</summary>
    public const int MostBytes = 1 << 20;

    private const int Data = 0, InterruptEnable = 1, InterruptIdentity = 2, LineControl = 3, ModemControl = 4, LineStatus = 5,
        ModemStatus = 6;

    // The divisor latch lies over the first two registers; a looped line hears itself.
    private const byte DivisorLatch = 0x80, Loopback = 0x10;
    private const byte TransmitterEmpty = 0x60, DataReady = 1, NoInterrupt = 1, CarrierAndReady = 0xb0;

    private readonly byte[] registers = new byte[Registers];
    private readonly byte[] divisor = [1, 0];
    private readonly List<byte> written = [];
    private byte? heard;

    /// <summary>What the guest wrote, byte for byte.</summary>
    public ReadOnlySpan<byte> Written => CollectionsMarshal.AsSpan(written);

    /// <summary>It wrote as much as is kept.</summary>
    public bool IsFull => written.Count >= MostBytes;

    public void Read(ulong offset, Span<byte> data)
    {
        for (int i = 0; i < data.Length; i++) data[i] = ReadRegister((int)offset + i);
    }

    public void Write(ulong offset, ReadOnlySpan<byte> data)
    {
        for (int i = 0; i < data.Length; i++) WriteRegister((int)offset + i, data[i]);
    }

    private byte ReadRegister(int register)
    {
        switch (register)
        {
            case Data or InterruptEnable when (registers[LineControl] & DivisorLatch) != 0: return divisor[register];
            case Data:
                byte came = heard ?? 0;
                heard = null;
                return came;
            case InterruptIdentity: return NoInterrupt;
            case LineStatus: return (byte)(TransmitterEmpty | (heard != null ? DataReady : 0));
            case ModemStatus: return CarrierAndReady;
            default: return registers[register];
        }
    }

    private void WriteRegister(int register, byte value)
    {
        switch (register)
        {
            case Data or InterruptEnable when (registers[LineControl] & DivisorLatch) != 0: divisor[register] = value; break;
            case Data when (registers[ModemControl] & Loopback) != 0: heard = value; break;
            case Data:
                if (!IsFull) written.Add(value);
                break;
            default: registers[register] = value; break;
        }
    }
}
