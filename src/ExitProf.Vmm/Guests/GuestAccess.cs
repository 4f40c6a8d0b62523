using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>The instructions that make a guest exit. rdtsc has just clobbered rdx, so each loads its address itself.</summary>
public static class GuestAccess
{
    /// <summary><c>out dx, al</c>, or ax or eax, of zero.</summary>
    public static void Out(Assembler a, ushort port, int bytes)
    {
        a.mov(edx, port);
        a.xor(eax, eax);
        switch (bytes)
        {
            case 1: a.@out(dx, al); break;
            case 2: a.@out(dx, ax); break;
            default: a.@out(dx, eax); break;
        }
    }

    /// <summary>OUT of zero; what then stands in rbx, which is zero before, counts as read.</summary>
    public static void OutAndTakeRbx(Assembler a, ushort port, int bytes)
    {
        a.xor(ebx, ebx);
        Out(a, port, bytes);
    }

    public static void In32(Assembler a, ushort port)
    {
        a.mov(edx, port);
        a.@in(eax, dx);
        a.mov(ebx, eax);
    }

    public static void Store32(Assembler a, ulong address)
    {
        a.mov(ecx, (uint)address);
        a.mov(__dword_ptr[rcx], eax);
    }

    /// <summary>Stores a value, 32 bits.</summary>
    public static void Store32(Assembler a, ulong address, uint value)
    {
        a.mov(eax, value);
        Store32(a, address);
    }

    public static void Load32(Assembler a, ulong address)
    {
        a.mov(ecx, (uint)address);
        a.mov(ebx, __dword_ptr[rcx]);
    }

    /// <summary>CPUID of a leaf, subleaf 0; reads EAX.</summary>
    public static void Cpuid(Assembler a, uint leaf)
    {
        a.mov(eax, leaf);
        a.xor(ecx, ecx);
        a.cpuid();
        a.mov(ebx, eax);
    }

    public static void Hlt(Assembler a) => a.hlt();

    /// <summary>Reads the low half of a model-specific register.</summary>
    public static void Rdmsr(Assembler a, uint msr)
    {
        a.mov(ecx, msr);
        a.rdmsr();
        a.mov(ebx, eax);
    }

    public static void Wrmsr(Assembler a, uint msr, uint value)
    {
        a.mov(ecx, msr);
        a.mov(eax, value);
        a.xor(edx, edx);
        a.wrmsr();
    }

    /// <summary>A hypercall by the instruction of the CPU's maker (the other one faults, and KVM patches it); reads RAX.</summary>
    public static void Hypercall(Assembler a, uint number)
    {
        a.mov(eax, number);
        if (HostCpu.IsAmd) a.vmmcall();
        else a.vmcall();
        a.mov(rbx, rax);
    }

    /// <summary>A loop of two instructions a turn that never exits: tells native from interpreted.</summary>
    public static void Spin(Assembler a, uint turns)
    {
        Label top = a.CreateLabel();
        a.mov(ecx, turns);
        a.Label(ref top);
        a.dec(ecx);
        a.jnz(top);
    }
}
