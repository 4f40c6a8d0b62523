using ExitProf.Linux;
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

    /// <summary>The same with the port in the instruction.</summary>
    public static void OutAndTakeRbx(Assembler a, byte port)
    {
        a.xor(ebx, ebx);
        a.xor(eax, eax);
        a.@out(port, al);
    }

    /// <summary>SYSCALL; its handler leaves its code segment in rbx.</summary>
    public static void Syscall(Assembler a) => a.syscall();

    /// <summary>The handler: back to where it came from, by the way that its ring allows.</summary>
    public static Assembler ReturnFromSyscall()
    {
        var a = new Assembler(64);
        Label ring3 = a.CreateLabel();
        a.mov(ebx, cs);
        a.test(bl, 3);
        a.jnz(ring3);
        a.sysretq();
        a.Label(ref ring3);
        a.jmp(rcx);
        return a;
    }

    /// <summary>A handler that leaves a marker in rbx, and returns without any change of rings.</summary>
    public static Assembler ReturnToRcx(uint marker)
    {
        var a = new Assembler(64);
        a.mov(ebx, marker);
        a.jmp(rcx);
        return a;
    }

    /// <summary>INT3; reads the code segment that it left on the stack of ring 0.</summary>
    public static void Breakpoint(Assembler a)
    {
        a.mov(__qword_ptr[GuestRings.SavedCode], 0);
        a.int3();
        a.mov(rbx, __qword_ptr[GuestRings.SavedCode]);
    }

    public static Assembler ReturnFromException()
    {
        var a = new Assembler(64);
        a.iretq();
        return a;
    }

    /// <summary>
    /// Reads the mark before and after what changes the page tables, and adds both up. The first one, in rsi, is the address of the tables
    /// to change to.
    /// </summary>
    public static void BetweenMarks(Assembler a, Action change)
    {
        a.mov(rsi, __qword_ptr[GuestLayout.Mark]);
        change();
        a.mov(rbx, __qword_ptr[GuestLayout.Mark]);
        a.add(rbx, rsi);
    }

    public static void LoadCr3(Assembler a) => a.mov(cr3, rsi);

    public static void In32(Assembler a, ushort port)
    {
        a.mov(edx, port);
        a.@in(eax, dx);
        a.mov(ebx, eax);
    }

    /// <summary>The same from the port whose number stands at an address: another one for each vCPU.</summary>
    public static void In32At(Assembler a, ulong portAddress)
    {
        a.mov(edx, __dword_ptr[portAddress]);
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

    /// <summary>Ends the interrupt of the last time, says that it halts, and halts until the next interrupt.</summary>
    public static void HaltUntilInterrupt(Assembler a)
    {
        const ulong EndOfInterrupt = 0xb0;
        Store32(a, GuestLayout.LocalApic + EndOfInterrupt, 0);
        a.inc(__dword_ptr[GuestLayout.Halts]);
        // Interrupts are taken after the instruction that follows STI.
        a.sti();
        a.hlt();
        a.cli();
    }

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
