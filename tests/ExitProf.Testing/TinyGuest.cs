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

    // Below 640 KB, where the image is not. The 64-bit code stands at a page of its own, for the far jump.
    private const uint Pml4 = 0x70000, Pdpt = 0x71000, PageDirectory = 0x72000, Gdt = 0x73000, GdtPointer = 0x73020;
    private const uint LongCode = LoadAddress + 0x1000;

    /// <summary>
    /// Prints its command line, the ticks of a loop with nothing, with CPUID and with IN, and ends with a status; in long mode as
    /// kvm-unit-tests are, because KVM may walk the page tables for the instruction that exits.
    /// </summary>
    public static byte[] Measuring(byte status) => LongImage(a =>
    {
        Label put = a.CreateLabel(), text = a.CreateLabel(), number = a.CreateLabel(), body = a.CreateLabel();
        a.jmp(body);
        Subroutines(a, ref put, ref text, ref number);
        a.Label(ref body);
        // The boot information (Multiboot 1, 3.3): offset 16 is the command line.
        a.mov(esi, __dword_ptr[rbx + 16]);
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
        WriteHeaders(image);
        return image;
    }

    /// <summary>Does what is assembled in 64-bit mode, with the first GB mapped in pages of 2 MB and the boot information in RBX.</summary>
    private static byte[] LongImage(Action<Assembler> body)
    {
        var a = new Assembler(64);
        body(a);
        using var code = new MemoryStream();
        a.Assemble(new StreamCodeWriter(code), LongCode);
        byte[] entering = Image(EnterLongMode);
        byte[] image = new byte[LongCode - LoadAddress + code.Length];
        entering.CopyTo(image, 0);
        code.ToArray().CopyTo(image, LongCode - LoadAddress);
        WriteHeaders(image);
        return image;
    }

    private static void EnterLongMode(Assembler a)
    {
        Label page = a.CreateLabel();
        a.mov(__dword_ptr[Pml4], Pdpt | 7);
        a.mov(__dword_ptr[Pdpt], PageDirectory | 7);
        a.mov(edi, PageDirectory);
        a.mov(eax, 0x87u);
        a.mov(ecx, 512u);
        a.Label(ref page);
        a.mov(__dword_ptr[edi], eax);
        a.add(eax, 0x200000);
        a.add(edi, 8);
        a.dec(ecx);
        a.jnz(page);
        // A flat 64-bit code segment at 8, and the six bytes that LGDT reads.
        a.mov(__dword_ptr[Gdt + 12], 0x00209a00u);
        a.mov(__dword_ptr[GdtPointer], Gdt << 16 | 15);
        a.mov(__dword_ptr[GdtPointer + 4], Gdt >> 16);
        a.lgdt(__[GdtPointer]);
        a.mov(eax, cr4);
        a.or(eax, 0x20);
        a.mov(cr4, eax);
        a.mov(eax, Pml4);
        a.mov(cr3, eax);
        a.mov(ecx, 0xc0000080);
        a.rdmsr();
        a.or(eax, 0x100);
        a.wrmsr();
        a.mov(eax, cr0);
        a.or(eax, int.MinValue);
        a.mov(cr0, eax);
        // JMP 8:LongCode
        a.db(0xea, 0x00, unchecked((byte)(LongCode >> 8)), (byte)(LongCode >> 16), 0x00, 0x08, 0x00);
    }

    private static void WriteHeaders(byte[] image)
    {
        "\u007fELF"u8.CopyTo(image);
        (image[4], image[5], image[6]) = (1, 1, 1);
        Half(image, 16, 2, 3);
        Words(image, 20, 1, Entry, ElfHeaderBytes);
        Half(image, 40, ElfHeaderBytes, ProgramHeaderBytes, 1);
        uint bytes = Math.Max(SegmentBytes, (uint)image.Length);
        Words(image, ElfHeaderBytes, 1, 0, LoadAddress, LoadAddress, (uint)image.Length, bytes, 7, 4096);
        Words(image, ElfHeaderBytes + ProgramHeaderBytes, 0x1BADB002, 0, unchecked(0u - 0x1BADB002));
    }

    /// <summary>Prints a line "NAME TICKS": what the shortest loop took.</summary>
    private static void Measure(Assembler a, string name, Action<Assembler> instruction, Label put, Label number)
    {
        Label batch = a.CreateLabel(), loop = a.CreateLabel();
        a.mov(esi, uint.MaxValue);
        a.mov(ebp, (uint)Loops);
        a.Label(ref batch);
        a.mov(__dword_ptr[(ulong)Count], (uint)Loop);
        a.rdtsc();
        a.mov(edi, eax);
        a.Label(ref loop);
        // CPUID's leaf 0, as our own scenario asks; the same in each loop, so that it can be taken off.
        a.xor(eax, eax);
        a.xor(ecx, ecx);
        instruction(a);
        a.dec(__dword_ptr[(ulong)Count]);
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
        a.push(rdx);
        a.test(eax, eax);
        a.jz(last);
        a.call(number);
        a.Label(ref last);
        a.pop(rax);
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
