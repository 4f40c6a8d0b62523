using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>
/// The VMM sends the guest to its own handler, with RCX after the instruction that exited, as a host does that reflects traps.
/// </summary>
/// <param name="To">The handler's address.</param>
public sealed record ReflectWork(ulong To) : IVmmWork
{
    public LoopParts Part => LoopParts.Reflect;

    internal sealed unsafe class Loop : ILoopPart
    {
        /// <summary>
        /// As SYSCALL would: RCX = after the instruction, RIP = handler. KVM's emulator has stepped over an OUT, its fast path has not.
        /// </summary>
        public void AssembleWork(Assembler a, Label stop)
        {
            const byte OutImmediate = 0xe6, Length = 2;
            int regs = (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.SyncRegs));
            AssemblerMemoryOperand rip = __qword_ptr[r12 + regs + (int)Marshal.OffsetOf<KvmRegs>(nameof(KvmRegs.Rip))];
            Label done = a.CreateLabel(), behind = a.CreateLabel();
            a.mov(r10, At(nameof(State.To)));
            a.test(r10, r10);
            a.jz(done);
            a.mov(rax, rip);
            a.mov(rcx, At(nameof(State.GuestMemory)));
            a.cmp(__byte_ptr[rcx + rax], OutImmediate);
            a.jne(behind);
            a.add(rax, Length);
            a.Label(ref behind);
            a.mov(__qword_ptr[r12 + regs + (int)Marshal.OffsetOf<KvmRegs>(nameof(KvmRegs.Rcx))], rax);
            a.mov(rip, r10);
            a.mov(__qword_ptr[r12 + (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.KvmDirtyRegs))], (int)KvmRun.SyncX86Regs);
            a.Label(ref done);
            a.nop();
        }

        public void Prepare(in LoopRun run)
        {
            if (run.Work.Find<ReflectWork>() is not { } work) return;
            run.State->Reflect = new State { To = work.To, GuestMemory = (byte*)run.Guest.Memory };
            run.RunPage->KvmValidRegs |= KvmRun.SyncX86Regs;
        }

        private static AssemblerMemoryOperand At(string field) => LoopState.At<State>(nameof(ExitLoopState.Reflect), field);
    }

    internal unsafe struct State
    {
        /// <summary>Where the guest's trap goes; 0 if nowhere.</summary>
        public ulong To;
        public byte* GuestMemory;
    }
}
