using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>A guest that loses its registers: it saves those that the loop around it needs, and goes on where the VMM starts it.</summary>
public static class GuestReset
{
    private static readonly AssemblerRegister64[] Saved = [r12, r13, r14, r15];

    /// <summary>
    /// There is no handler for a breakpoint, nor for the faults that follow from that. No KVM intercepts one, as they do an invalid
    /// instruction.
    /// </summary>
    public static void Fault(Assembler a)
    {
        Label resume = a.CreateLabel();
        for (int i = 0; i < Saved.Length; i++) a.mov(__qword_ptr[GuestLayout.SavedRegisters + 8 * (ulong)i], Saved[i]);
        a.lea(rax, __qword_ptr[resume]);
        a.mov(__qword_ptr[GuestLayout.SavedRegisters + 8 * (ulong)Saved.Length], rax);
        a.xor(ebx, ebx);
        a.int3();
        a.Label(ref resume);
        a.nop();
    }

    /// <summary>Puts the code there where the guest is started again, and notes all registers for it.</summary>
    /// <param name="marker">What the guest then finds in rbx.</param>
    public static void Load(Guest guest, uint marker, GuestState start)
    {
        var a = new Assembler(64);
        for (int i = 0; i < Saved.Length; i++) a.mov(Saved[i], __qword_ptr[GuestLayout.SavedRegisters + 8 * (ulong)i]);
        a.mov(ebx, marker);
        a.jmp(__qword_ptr[GuestLayout.SavedRegisters + 8 * (ulong)Saved.Length]);
        guest.Load(GuestLayout.Handlers, a);
        KvmRegs regs = guest.Vcpu.Regs;
        regs.Rip = GuestLayout.Handlers;
        (start.Regs, start.Sregs) = (regs, guest.Vcpu.Sregs);
    }
}
