using ExitProf.Linux;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>
/// Assembled guest code: a loop that stamps the TSC, does one thing, stamps again and stores both; after the exits it was asked for it
/// writes to <see cref="GuestLayout.DonePort"/> and starts over.
/// </summary>
/// <param name="MaxExits">As many as the guest has room to stamp.</param>
public sealed record GuestProgram(GuestMode Mode, ReadOnlyMemory<byte> Code, ulong StampsAddress, int MaxExits)
{
    /// <param name="access">
    /// The instructions between the two stamps. In long mode they may use rax, rbx, rcx, rdx, rsi, rdi and r8 to r11, and leave in rbx what
    /// the guest read; in real mode ax, cx and dx.
    /// </param>
    /// <param name="outside">
    /// Instructions after the second stamp of each turn, which no exit is charged for; they may use the same registers. Only long mode has
    /// them.
    /// </param>
    public static GuestProgram StampedLoop(GuestMode mode, Action<Assembler> access, Action<Assembler>? outside = null) =>
        mode == GuestMode.Real16
            ? new(
                mode,
                NativeCode.Assemble(RealModeLoop(access), GuestLayout.Code),
                GuestLayout.RealModeStamps,
                GuestLayout.RealModeMaxExits
            )
            : new(mode, NativeCode.Assemble(LongModeLoop(access, outside), GuestLayout.Code), GuestLayout.Stamps, GuestLayout.MaxExits);

    /// <summary>
    /// The same loop without the instructions that exit: what stamps, set-up and the loop itself take. Only long mode has it.
    /// </summary>
    public static GuestProgram EmptyLoop(GuestMode mode, Action<Assembler> access) => StampedLoop(mode, a =>
    {
        var whole = new Assembler(64);
        access(whole);
        foreach (Instruction instruction in whole.Instructions)
        {
            if (!CanExit(instruction)) a.AddInstruction(instruction);
        }
    });

    /// <summary>Whether an instruction is one that a guest exits by: everything else of an access only prepares it.</summary>
    private static bool CanExit(in Instruction instruction) =>
        instruction.Mnemonic
            is Mnemonic.In
                or Mnemonic.Out
                or Mnemonic.Insb
                or Mnemonic.Insw
                or Mnemonic.Insd
                or Mnemonic.Outsb
                or Mnemonic.Outsw
                or Mnemonic.Outsd
                or Mnemonic.Call
                or Mnemonic.Cpuid
                or Mnemonic.Hlt
                or Mnemonic.Int3
                or Mnemonic.Rdmsr
                or Mnemonic.Wrmsr
                or Mnemonic.Vmcall
                or Mnemonic.Vmmcall
        || instruction.Op0Kind == OpKind.Memory
        || instruction.Op1Kind == OpKind.Memory;

    private static Assembler LongModeLoop(Action<Assembler> access, Action<Assembler>? outside)
    {
        var a = new Assembler(64);
        Label start = a.CreateLabel(), loop = a.CreateLabel();
        a.Label(ref start);
        a.mov(r14d, (uint)GuestLayout.Stamps);
        a.mov(r15d, __dword_ptr[GuestLayout.ExitsWanted]);
        a.xor(r12d, r12d);
        a.xor(ebx, ebx);
        a.Label(ref loop);
        a.rdtsc();
        a.shl(rdx, 32);
        a.or(rax, rdx);
        a.mov(r13, rax);
        access(a);
        a.rdtsc();
        a.shl(rdx, 32);
        a.or(rax, rdx);
        a.mov(__qword_ptr[r14], r13);
        a.mov(__qword_ptr[r14 + 8], rax);
        a.add(r12, rbx);
        outside?.Invoke(a);
        a.add(r14, 16);
        a.dec(r15d);
        a.jnz(loop);
        a.mov(__qword_ptr[GuestLayout.ReadSum], r12);
        a.@out((byte)GuestLayout.DonePort, al);
        a.jmp(start);
        return a;
    }

    private static Assembler RealModeLoop(Action<Assembler> access)
    {
        var a = new Assembler(16);
        Label start = a.CreateLabel(), loop = a.CreateLabel();
        a.Label(ref start);
        a.mov(ax, (ushort)(GuestLayout.RealModeStamps >> 4));
        a.mov(es, ax);
        a.xor(di, di);
        a.mov(bp, __word_ptr[(ushort)GuestLayout.ExitsWanted]);
        a.Label(ref loop);
        a.rdtsc();
        a.mov(esi, eax);
        a.mov(ebx, edx);
        access(a);
        a.rdtsc();
        a.mov(__dword_ptr.es[di], esi);
        a.mov(__dword_ptr.es[di + 4], ebx);
        a.mov(__dword_ptr.es[di + 8], eax);
        a.mov(__dword_ptr.es[di + 12], edx);
        a.add(di, 16);
        a.dec(bp);
        a.jnz(loop);
        a.@out((byte)GuestLayout.DonePort, al);
        a.jmp(start);
        return a;
    }
}
