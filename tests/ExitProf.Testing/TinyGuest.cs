using System.Buffers.Binary;
using System.Text;
using ExitProf.Vmm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Testing;

/// <summary>
/// A multiboot guest of our own, of the shape of kvm-unit-tests': ELF of 32 bits with one segment at 1 MB. It prints on the serial line,
/// measures as vmexit does (a loop of the same instruction between two readings of the TSC) and ends by the exit port.
/// </summary>
public static class TinyGuest
{
    public const uint LoadAddress = 0x100000;

    /// <summary>Exits between two readings of the TSC.</summary>
    public const int Loop = 64;

    /// <summary>Loops of which the shortest counts: one in a thousand exits meets the host's clock tick.</summary>
    public const int Loops = 16;

    /// <summary>The port that vmexit's inl_from_qemu reads: no device has it.</summary>
    public const ushort Port = 0x1234;

    private const int ElfHeaderBytes = 52, ProgramHeaderBytes = 32, MultibootHeaderBytes = 12;
    private const uint Entry = LoadAddress + ElfHeaderBytes + ProgramHeaderBytes + MultibootHeaderBytes;
    private const uint Stack = 0x90000;

    /// <summary>Left of the loop; beyond the image, within its segment.</summary>
    private const uint Count = LoadAddress + 0x8000;
    private const uint SegmentBytes = 0x9000;

    /// <summary>Prints its command line, the ticks of a loop with nothing, with CPUID and with IN, and ends with a status.</summary>
    public static byte[] Measuring(byte status) => Image(a =>
    {
        Label put = a.CreateLabel(), text = a.CreateLabel(), number = a.CreateLabel(), body = a.CreateLabel();
        a.jmp(body);
        Subroutines(a, ref put, ref text, ref number);
        a.Label(ref body);
        // The boot information (Multiboot 1, 3.3): offset 16 is the command line.
        a.mov(esi, __dword_ptr[ebx + 16]);
        a.call(text);
        Measure(a, "nothing", _ => { }, put, number);
        Measure(a, "cpuid", b => b.cpuid(), put, number);
        Measure(a, "inl", b =>
        {
            b.mov(edx, (uint)Port);
            b.@in(eax, dx);
        }, put, number);
        a.mov(eax, (uint)status);
        a.@out((byte)ExitPort.Address, eax);
        a.hlt();
    });

    /// <summary>Does what is assembled, in 32-bit protected mode with a stack.</summary>
    public static byte[] Image(Action<Assembler> body)
    {
        var a = new Assembler(32);
        a.mov(esp, Stack);
        body(a);
        using var code = new MemoryStream();
        a.Assemble(new StreamCodeWriter(code), Entry);
        byte[] image = new byte[Entry - LoadAddress + code.Length];
        code.ToArray().CopyTo(image, Entry - LoadAddress);
        "\u007fELF"u8.CopyTo(image);
        (image[4], image[5], image[6]) = (1, 1, 1);
        Half(image, 16, 2, 3);
        Words(image, 20, 1, Entry, ElfHeaderBytes);
        Half(image, 40, ElfHeaderBytes, ProgramHeaderBytes, 1);
        uint bytes = Math.Max(SegmentBytes, (uint)image.Length);
        Words(image, ElfHeaderBytes, 1, 0, LoadAddress, LoadAddress, (uint)image.Length, bytes, 7, 4096);
        Words(image, ElfHeaderBytes + ProgramHeaderBytes, 0x1BADB002, 0, unchecked(0u - 0x1BADB002));
        return image;
    }

    /// <summary>Prints a line "NAME TICKS": what the shortest loop took.</summary>
    private static void Measure(Assembler a, string name, Action<Assembler> instruction, Label put, Label number)
    {
        Label batch = a.CreateLabel(), loop = a.CreateLabel();
        a.mov(esi, uint.MaxValue);
        a.mov(ebp, (uint)Loops);
        a.Label(ref batch);
        a.mov(__dword_ptr[Count], (uint)Loop);
        a.rdtsc();
        a.mov(edi, eax);
        a.Label(ref loop);
        // CPUID's leaf 0, as our own scenario asks; the same in each loop, so that it can be taken off.
        a.xor(eax, eax);
        a.xor(ecx, ecx);
        instruction(a);
        a.dec(__dword_ptr[Count]);
        a.jnz(loop);
        a.rdtsc();
        a.sub(eax, edi);
        a.cmp(eax, esi);
        a.cmovb(esi, eax);
        a.dec(ebp);
        a.jnz(batch);
        foreach (byte letter in Encoding.ASCII.GetBytes("\n" + name + " "))
        {
            a.mov(al, letter);
            a.call(put);
        }
        a.mov(eax, esi);
        a.call(number);
        a.mov(al, (byte)'\n');
        a.call(put);
    }

    /// <summary>put: AL to the serial line. text: from ESI to a 0. number: EAX in decimal.</summary>
    private static void Subroutines(Assembler a, ref Label put, ref Label text, ref Label number)
    {
        Label ready = a.CreateLabel(), end = a.CreateLabel(), last = a.CreateLabel();
        a.Label(ref put);
        a.mov(ecx, eax);
        a.mov(edx, (uint)SerialPort.Address + 5);
        a.Label(ref ready);
        a.@in(al, dx);
        a.test(al, 0x20);
        a.jz(ready);
        a.mov(eax, ecx);
        a.mov(edx, (uint)SerialPort.Address);
        a.@out(dx, al);
        a.ret();

        a.Label(ref text);
        a.lodsb();
        a.test(al, al);
        a.jz(end);
        a.call(put);
        a.jmp(text);
        a.Label(ref end);
        a.ret();

        a.Label(ref number);
        a.mov(ecx, 10);
        a.xor(edx, edx);
        a.div(ecx);
        a.push(edx);
        a.test(eax, eax);
        a.jz(last);
        a.call(number);
        a.Label(ref last);
        a.pop(eax);
        a.add(al, (byte)'0');
        a.jmp(put);
    }

    private static void Half(byte[] image, int at, params ReadOnlySpan<ushort> values)
    {
        foreach (ushort value in values)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), value);
            at += sizeof(ushort);
        }
    }

    private static void Words(byte[] image, int at, params ReadOnlySpan<uint> values)
    {
        foreach (uint value in values)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), value);
            at += sizeof(uint);
        }
    }
}
