using Iced.Intel;

namespace ExitProf.Linux;

/// <summary>Machine code assembled at start-up, in memory that is never writable and executable at the same time.</summary>
public sealed unsafe class NativeCode : IDisposable
{
    private void* memory;
    private readonly nint length;

    public NativeCode(Assembler assembler)
    {
        byte[] code = Assemble(assembler, 0);
        length = (code.Length + Environment.SystemPageSize - 1) & -Environment.SystemPageSize;
        memory = LibC.mmap(null, length, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS, -1, 0);
        if ((nint)memory == -1) throw SystemCallException.Last("mmap of native code", "free some memory");
        code.CopyTo(new Span<byte>(memory, code.Length));
        if (LibC.mprotect(memory, length, LibC.PROT_READ | LibC.PROT_EXEC) != 0)
        {
            throw SystemCallException.Last("mprotect(PROT_EXEC) of native code", "allow executable anonymous memory (SELinux: execmem)");
        }
    }

    public void* Address => memory != null ? memory : throw new ObjectDisposedException(nameof(NativeCode));

    public static byte[] Assemble(Assembler assembler, ulong address)
    {
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }

    public void Dispose()
    {
        if (memory == null) return;
        _ = LibC.munmap(memory, length);
        memory = null;
    }
}
