using System.Text;
using ExitProf.Vmm;

namespace ExitProf.Tests.Multiboot;

/// <summary>The ports that a guest of somebody else's talks to.</summary>
public sealed class GuestPortTests
{
    [Fact]
    public void A_serial_line_keeps_what_is_written_and_is_always_ready()
    {
        var serial = new SerialPort();
        Assert.Equal(0x60, Read(serial, 5));
        foreach (byte letter in "ab"u8) serial.Write(0, [letter]);
        Assert.Equal("ab", Encoding.ASCII.GetString(serial.Written));
    }

    [Fact]
    public void The_divisor_latch_lies_over_the_data()
    {
        var serial = new SerialPort();
        serial.Write(3, [0x80]);
        serial.Write(0, [12, 0]);
        Assert.Equal(12, Read(serial, 0));
        serial.Write(3, [3]);
        Assert.Equal((3, 0), (Read(serial, 3), Read(serial, 0)));
        Assert.Equal(0, serial.Written.Length);
    }

    [Fact]
    public void A_looped_line_hears_itself_once()
    {
        var serial = new SerialPort();
        serial.Write(4, [0x10]);
        serial.Write(0, [0xae]);
        Assert.Equal((0x61, 0xae, 0x60), (Read(serial, 5), Read(serial, 0), Read(serial, 5)));
        Assert.Equal(0, serial.Written.Length);
    }

    [Fact]
    public void Output_without_end_is_kept_up_to_its_limit()
    {
        var serial = new SerialPort();
        for (int i = 0; i < SerialPort.MostBytes; i++)
        {
            Assert.False(serial.IsFull);
            serial.Write(0, [1]);
        }
        serial.Write(0, [2]);
        Assert.True(serial.IsFull);
        Assert.Equal(SerialPort.MostBytes, serial.Written.Length);
        Assert.Equal(1, serial.Written[^1]);
    }

    [Fact]
    public void The_exit_port_keeps_the_first_status()
    {
        var exit = new ExitPort();
        Assert.Null(exit.Status);
        exit.Write(0, [0x34, 0x12, 0, 0]);
        exit.Write(0, [1]);
        Assert.Equal(0x1234u, exit.Status);
    }

    [Fact]
    public void Power_is_off_after_the_whole_word_only()
    {
        var power = new PowerOffPort();
        power.Write(0, "ShutShutdow"u8);
        Assert.False(power.IsOff);
        power.Write(0, "n"u8);
        Assert.True(power.IsOff);
    }

    [Fact]
    public void A_panic_is_kept()
    {
        var panic = new PanicPort();
        panic.Write(0, [0x80]);
        Assert.False(panic.HasPanicked);
        panic.Write(0, [1]);
        Assert.True(panic.HasPanicked);
        Assert.Equal(3, Read(panic, 0));
    }

    [Fact]
    public void Interrupt_lines_have_a_port_each()
    {
        var set = new List<(int, bool)>();
        var lines = new InterruptLines((line, level) => set.Add((line, level)));
        lines.Write(5, [1]);
        lines.Write(23, [0]);
        Assert.Equal([(5, true), (23, false)], set);
    }

    [Fact]
    public void The_power_management_timer_counts_24_bits()
    {
        var clock = new StoppedClock();
        var timer = new PmTimer(clock);
        byte[] four = new byte[4];
        timer.Read(0, four);
        Assert.Equal([0, 0, 0, 0], four);
        // 5 s are 17,897,725 ticks, 1,120,509 more than 24 bits hold.
        clock.Seconds = 5;
        timer.Read(0, four);
        Assert.Equal(1_120_509, BitConverter.ToInt32(four));
        Assert.Equal(four[1], Read(timer, 1));
    }

    [Fact]
    public void A_guest_finds_the_timer_by_ACPI_as_its_tables_add_up()
    {
        byte[] area = new byte[AcpiTables.AreaBytes];
        AcpiTables.Write(area);
        Assert.Equal("RSD PTR ", Encoding.ASCII.GetString(area, 0, 8));
        Assert.Equal(0, Sum(area.AsSpan(0, 20)));
        Span<byte> root = Table(area, BitConverter.ToInt32(area, 16), "RSDT");
        Span<byte> description = Table(area, BitConverter.ToInt32(root[36..]), "FACP");
        Assert.Equal((uint)PmTimer.Address, BitConverter.ToUInt32(description[76..]));
        Assert.Equal(4, description[91]);
    }

    private static Span<byte> Table(byte[] area, int address, string signature)
    {
        Span<byte> table = area.AsSpan(address - (int)AcpiTables.Address);
        Assert.Equal(signature, Encoding.ASCII.GetString(table[..4]));
        table = table[..BitConverter.ToInt32(table[4..])];
        Assert.Equal(0, Sum(table));
        return table;
    }

    private static int Sum(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (byte b in bytes) sum += b;
        return sum;
    }

    private sealed class StoppedClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    private static int Read(IIoDevice device, ulong offset)
    {
        byte[] one = [0xee];
        device.Read(offset, one);
        return one[0];
    }
}
