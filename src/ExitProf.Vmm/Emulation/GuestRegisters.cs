using System.Runtime.CompilerServices;
using Iced.Intel;

namespace ExitProf.Vmm;

/// <summary>General registers by number, in the order of <see cref="KvmRegs"/>.</summary>
internal static class GuestRegisters
{
    private const int Count = 16;

    // The order of <asm/kvm.h>: rax rbx rcx rdx rsi rdi rsp rbp, then r8 to r15. The CPU's encoding is another one.
    private static readonly Register[] Order =
    [
        Register.RAX, Register.RBX, Register.RCX, Register.RDX, Register.RSI, Register.RDI, Register.RSP, Register.RBP,
        Register.R8, Register.R9, Register.R10, Register.R11, Register.R12, Register.R13, Register.R14, Register.R15,
    ];

    /// <summary>The index of a general register of any width; <see cref="OperandAddress.NoRegister"/> for none, and for RIP.</summary>
    public static byte Index(Register register)
    {
        if (!register.IsGPR()) return OperandAddress.NoRegister;
        return (byte)Array.IndexOf(Order, register.GetFullRegister());
    }

    public static ulong Read(in KvmRegs regs, int index)
    {
        if ((uint)index >= Count) throw new ArgumentOutOfRangeException(nameof(index));
        return Unsafe.Add(ref Unsafe.AsRef(in regs.Rax), index);
    }

    /// <summary>Writes the low bytes as the CPU does: four of them clear the upper four, two leave the rest.</summary>
    public static void Write(ref KvmRegs regs, int index, ulong value, int bytes)
    {
        if ((uint)index >= Count) throw new ArgumentOutOfRangeException(nameof(index));
        ref ulong register = ref Unsafe.Add(ref regs.Rax, index);
        register = bytes switch
        {
            8 => value,
            4 => (uint)value,
            _ => (register & ~0xfffful) | (ushort)value,
        };
    }
}
