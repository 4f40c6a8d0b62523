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

    private static int Read(IIoDevice device, ulong offset)
    {
        byte[] one = [0xee];
        device.Read(offset, one);
        return one[0];
    }
}
