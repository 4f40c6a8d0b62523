using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>How an instruction names its port and where its data are.</summary>
public enum PortFormKind
{
    /// <summary>The port stands in the instruction, the data in al, ax or eax.</summary>
    Immediate,

    /// <summary>The port stands in dx.</summary>
    Dx,

    /// <summary>INS or OUTS: the port stands in dx, the data in memory.</summary>
    String,

    /// <summary>INS or OUTS with a REP prefix.</summary>
    Repeated,
}

/// <summary>One of the forms in which an instruction accesses a port.</summary>
/// <param name="Bytes">Of one element: 1, 2 or 4.</param>
public sealed record PortForm(bool Out, int Bytes, PortFormKind Kind)
{
    /// <summary>What a REP prefix repeats.</summary>
    private const int Repetitions = 16;

    /// <summary>All there are: two directions, three sizes, four kinds.</summary>
    public static IReadOnlyList<PortForm> All { get; } =
    [
        .. from kind in Enum.GetValues<PortFormKind>()
           from direction in (bool[])[false, true]
           from bytes in (int[])[1, 2, 4]
           select new PortForm(direction, bytes, kind),
    ];

    /// <summary>"in-1-imm", "out-4-dx", "insb", "rep-outsd".</summary>
    public string Name
    {
        get
        {
            string direction = Out ? "out" : "in";
            return Kind switch
            {
                PortFormKind.Immediate => $"{direction}-{Bytes}-imm",
                PortFormKind.Dx => $"{direction}-{Bytes}-dx",
                _ => (Kind == PortFormKind.Repeated ? "rep-" : "") + direction + "s" + (Bytes == 1 ? "b" : Bytes == 2 ? "w" : "d"),
            };
        }
    }

    /// <summary>How often it reaches user space: KVM takes OUTS with a REP prefix apart, and hands over INS in one piece.</summary>
    public int Exits => Out ? Elements : 1;

    public int Elements => Kind == PortFormKind.Repeated ? Repetitions : 1;

    /// <summary>
    /// The instruction with its set-up: writes the low bytes of a value, or leaves in rbx what it read; of several elements the last one.
    /// </summary>
    public void Access(Assembler a, byte port, uint value)
    {
        if (Kind != PortFormKind.Immediate) a.mov(edx, port);
        if (Kind is PortFormKind.Immediate or PortFormKind.Dx) AccessRegister(a, port, value);
        else AccessMemory(a, value);
    }

    /// <summary>Writes the low bytes of a value where OUTS takes its elements from.</summary>
    public void Fill(Guest guest, uint value)
    {
        ulong element = value & (uint)((1UL << 8 * Bytes) - 1), word = 0;
        for (int i = 0; i < sizeof(ulong); i += Bytes) word |= element << 8 * i;
        for (int i = 0; i < Elements * Bytes; i += sizeof(ulong)) guest.WriteWord(GuestLayout.Strings + (ulong)i, word);
    }

    private void AccessRegister(Assembler a, byte port, uint value)
    {
        bool immediate = Kind == PortFormKind.Immediate;
        if (Out)
        {
            a.mov(eax, value);
            switch (Bytes)
            {
                case 1 when immediate: a.@out(port, al); break;
                case 2 when immediate: a.@out(port, ax); break;
                case 4 when immediate: a.@out(port, eax); break;
                case 1: a.@out(dx, al); break;
                case 2: a.@out(dx, ax); break;
                default: a.@out(dx, eax); break;
            }
            return;
        }
        switch (Bytes)
        {
            case 1 when immediate: a.@in(al, port); break;
            case 2 when immediate: a.@in(ax, port); break;
            case 4 when immediate: a.@in(eax, port); break;
            case 1: a.@in(al, dx); break;
            case 2: a.@in(ax, dx); break;
            default: a.@in(eax, dx); break;
        }
        if (Bytes == 1) a.movzx(ebx, al);
        else if (Bytes == 2) a.movzx(ebx, ax);
        else a.mov(ebx, eax);
    }

    private void AccessMemory(Assembler a, uint value)
    {
        // What is there beforehand must not look like what is read.
        int last = (Elements - 1) * Bytes;
        AssemblerRegister64 pointer = Out ? rsi : rdi;
        a.mov(Out ? esi : edi, (uint)GuestLayout.Strings);
        a.mov(__dword_ptr[pointer + last], Out ? value : 0);
        if (Kind == PortFormKind.Repeated)
        {
            a.mov(ecx, Elements);
            _ = a.rep;
        }
        switch (Bytes)
        {
            case 1 when Out: a.outsb(); break;
            case 2 when Out: a.outsw(); break;
            case 4 when Out: a.outsd(); break;
            case 1: a.insb(); break;
            case 2: a.insw(); break;
            default: a.insd(); break;
        }
        if (Out) return;
        // The pointer stands behind the last element, if all have come.
        if (Bytes == 1) a.movzx(ebx, __byte_ptr[rdi - Bytes]);
        else if (Bytes == 2) a.movzx(ebx, __word_ptr[rdi - Bytes]);
        else a.mov(ebx, __dword_ptr[rdi - Bytes]);
    }
}
