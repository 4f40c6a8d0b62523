using System.Buffers.Binary;
using System.Text;

namespace ExitProf.Hosts;

/// <summary>
/// Process 1 of an emulated host: a static program of a few system calls in a row, which mounts what .NET needs, loads the kernel's modules
/// and becomes .NET. It needs no shell and no C library, so an image holds nothing that this machine has not. A call that fails is said on
/// the console as "HOST: refused: WHAT: errno NNN", and then nothing more happens.
/// </summary>
internal sealed class InitProgram
{
    private const uint Base = 0x400000;
    private const int ElfHeaderBytes = 64;
    private const int ProgramHeaderBytes = 56;
    private const int Write = 1;
    private const int Open = 2;
    private const int Pause = 34;
    private const int Execve = 59;
    private const int Mkdir = 83;
    private const int Mount = 165;
    private const int FinitModule = 313;
    private const uint CloseOnExec = 0x80000;

    private readonly List<byte> code = [];
    private readonly List<byte> data = [];
    private readonly List<(int At, int DataOffset)> pointersInCode = [];
    private readonly List<(int At, int DataOffset)> pointersInData = [];
    private readonly List<int> jumpsToFailure = [];

    public void MakeFolder(string path) => Call(Mkdir, Text(path), Number(0x1ED));

    /// <param name="required">False: a kernel without it goes on.</param>
    public void MountFileSystem(string type, string path, bool required = true)
    {
        Call(Mount, Text(type), Text(path), Text(type), Number(0), Number(0));
        if (required) Check($"mount {type}");
    }

    /// <param name="parameters">As on the command line of insmod.</param>
    public void LoadModule(string path, string parameters)
    {
        Call(Open, Text(path), Number(CloseOnExec));
        Check($"open {path}");
        // The descriptor is the first argument: mov edi, eax.
        code.AddRange([0x89, 0xC7]);
        CallWithFirst(FinitModule, Text(parameters), Number(0));
        Check($"insmod {Path.GetFileName(path)}");
    }

    /// <summary>Refuses if a file cannot be opened.</summary>
    public void Need(string path)
    {
        Call(Open, Text(path), Number(CloseOnExec));
        Check($"open {path}");
    }

    public void Say(string line) => Call(Write, Number(1), Text(line + "\n"), Number((uint)Encoding.UTF8.GetByteCount(line) + 1));

    /// <summary>Replaces the program; it never returns but by failing.</summary>
    public void Become(string program, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        Call(Execve, Text(program), Pointers(arguments), Pointers(environment));
        Check($"execute {program}");
    }

    /// <summary>A static ELF file.</summary>
    public byte[] ToElf()
    {
        // All that jumps here has the negative errno in rax and what failed in rbx (text) and rbp (length).
        int failure = code.Count;
        Fail();
        Patch(failure);
        const int Start = ElfHeaderBytes + ProgramHeaderBytes;
        byte[] file = new byte[Start + code.Count + data.Count];
        WriteHeaders(file, Base + Start);
        code.CopyTo(file, Start);
        data.CopyTo(file, Start + code.Count);
        uint dataAt = Base + Start + (uint)code.Count;
        foreach ((int at, int offset) in pointersInCode) BinaryPrimitives.WriteUInt32LittleEndian(
            file.AsSpan(Start + at), dataAt + (uint)offset);
        foreach ((int at, int offset) in pointersInData) BinaryPrimitives.WriteUInt64LittleEndian(
            file.AsSpan(Start + code.Count + at), dataAt + (uint)offset);
        return file;
    }

    private void Patch(int failure)
    {
        Span<byte> whole = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(code);
        foreach (int at in jumpsToFailure) BinaryPrimitives.WriteInt32LittleEndian(whole[at..], failure - (at + 4));
    }

    /// <summary>ELF64 for x86-64, one segment that holds everything and may be read, written and executed.</summary>
    private static void WriteHeaders(Span<byte> file, uint entry)
    {
        ReadOnlySpan<byte> magic = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        magic.CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file[16..], 2); // an executable
        BinaryPrimitives.WriteUInt16LittleEndian(file[18..], 62); // x86-64
        BinaryPrimitives.WriteUInt32LittleEndian(file[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(file[24..], entry);
        BinaryPrimitives.WriteUInt64LittleEndian(file[32..], ElfHeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(file[52..], ElfHeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(file[54..], ProgramHeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(file[56..], 1);
        Span<byte> segment = file[ElfHeaderBytes..];
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1); // to be loaded
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 7); // read, write, execute
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], Base);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], Base);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], 0x1000);
    }

    private readonly record struct Value(uint Immediate, int DataOffset)
    {
        public bool IsPointer => DataOffset >= 0;
    }

    private static Value Number(uint value) => new(value, -1);

    private Value Text(string text)
    {
        int offset = data.Count;
        data.AddRange(Encoding.UTF8.GetBytes(text));
        data.Add(0);
        return new Value(0, offset);
    }

    /// <summary>An array of pointers to texts that ends with 0.</summary>
    private Value Pointers(IReadOnlyList<string> texts)
    {
        Value[] values = [.. texts.Select(Text)];
        while (data.Count % 8 != 0) data.Add(0);
        int offset = data.Count;
        foreach (Value value in values)
        {
            pointersInData.Add((data.Count, value.DataOffset));
            data.AddRange(new byte[8]);
        }
        data.AddRange(new byte[8]);
        return new Value(0, offset);
    }

    private void Call(int number, params ReadOnlySpan<Value> arguments)
    {
        Load([0xBF], arguments[0]); // edi
        CallWithFirst(number, arguments[1..]);
    }

    private void CallWithFirst(int number, params ReadOnlySpan<Value> arguments)
    {
        ReadOnlySpan<byte[]> registers = [[0xBE], [0xBA], [0x41, 0xBA], [0x41, 0xB8]]; // esi, edx, r10d, r8d
        for (int i = 0; i < arguments.Length; i++) Load(registers[i], arguments[i]);
        Load([0xB8], Number((uint)number)); // eax
        code.AddRange([0x0F, 0x05]); // syscall
    }

    /// <summary>mov register, imm32: the upper half becomes 0, and all addresses are below 4 GiB.</summary>
    private void Load(ReadOnlySpan<byte> move, Value value)
    {
        code.AddRange(move);
        if (value.IsPointer) pointersInCode.Add((code.Count, value.DataOffset));
        Span<byte> immediate = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(immediate, value.Immediate);
        code.AddRange(immediate);
    }

    /// <summary>Jumps to the end if the last call returned an error.</summary>
    private void Check(string what)
    {
        string said = $"HOST: refused: {what}: errno ";
        Load([0xBB], Text(said)); // ebx
        Load([0xBD], Number((uint)Encoding.UTF8.GetByteCount(said))); // ebp
        code.AddRange([0x48, 0x85, 0xC0, 0x0F, 0x88]); // test rax, rax; js
        jumpsToFailure.Add(code.Count);
        code.AddRange(new byte[4]);
    }

    private void Fail()
    {
        Value digits = Text("000\n");
        code.AddRange([0xF7, 0xD8]); // neg eax
        // Three digits from the last to the first: errno has no more.
        for (int i = 2; i >= 0; i--)
        {
            code.AddRange([0x31, 0xD2]); // xor edx, edx
            Load([0xB9], Number(10)); // ecx
            code.AddRange([0xF7, 0xF1]); // div ecx
            code.AddRange([0x00, 0x14, 0x25]); // add [disp32], dl
            pointersInCode.Add((code.Count, digits.DataOffset + i));
            code.AddRange(new byte[4]);
        }
        Load([0xBF], Number(1)); // edi
        code.AddRange([0x89, 0xDE, 0x89, 0xEA]); // mov esi, ebx; mov edx, ebp
        Load([0xB8], Number(Write));
        code.AddRange([0x0F, 0x05]);
        Call(Write, Number(1), digits, Number(4));
        Load([0xB8], Number(Pause));
        code.AddRange([0x0F, 0x05, 0xEB, 0xF7]); // syscall; jmp to the mov before it
    }
}
