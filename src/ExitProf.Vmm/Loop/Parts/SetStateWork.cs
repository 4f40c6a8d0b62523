using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>The VMM sets registers of the guest in kvm_run, from where KVM takes them.</summary>
public sealed record SetStateWork : IVmmWork
{
    private readonly GuestState? restored;
    private readonly ulong cr3Change;

    private SetStateWork(GuestState? restored, ulong cr3Change) => (this.restored, this.cr3Change) = (restored, cr3Change);

    /// <summary>All registers are set at each exit.</summary>
    public static SetStateWork Restore(GuestState state) => new(state, 0);

    /// <summary>These bits of CR3 change at each exit.</summary>
    public static SetStateWork ChangeCr3(ulong bits) => new(null, bits);

    public LoopParts Part => LoopParts.SetState;

    internal sealed unsafe class Loop : ILoopPart
    {
        public void AssembleWork(Assembler a, Label stop)
        {
            int cr3 = (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.SyncSregs)) + (int)Marshal.OffsetOf<KvmSregs>(nameof(KvmSregs.Cr3));
            a.mov(rax, At(nameof(State.Cr3Change)));
            a.xor(__qword_ptr[r12 + cr3], rax);
            a.mov(rax, At(nameof(State.DirtyRegs)));
            a.mov(__qword_ptr[r12 + (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.KvmDirtyRegs))], rax);
        }

        /// <summary>
        /// KVM takes registers from kvm_run where they are said to be dirty; without asking for them back, they stay there as they are put.
        /// </summary>
        public void Prepare(in LoopRun run)
        {
            if (run.Work.Find<SetStateWork>() is not { } work) return;
            if (work.restored is { } restored)
            {
                (run.RunPage->SyncRegs, run.RunPage->SyncSregs) = (restored.Regs, restored.Sregs);
                run.State->SetState.DirtyRegs = KvmRun.SyncX86Regs | KvmRun.SyncX86Sregs;
            }
            else if (work.cr3Change > 0)
            {
                run.RunPage->SyncSregs = run.Guest.Vcpu.Sregs;
                run.State->SetState = new State { Cr3Change = work.cr3Change, DirtyRegs = KvmRun.SyncX86Sregs };
            }
        }

        private static AssemblerMemoryOperand At(string field) => LoopState.At<State>(nameof(ExitLoopState.SetState), field);
    }

    internal struct State
    {
        /// <summary>What of kvm_run KVM takes back, KVM_SYNC_X86_*.</summary>
        public ulong DirtyRegs;
        public ulong Cr3Change;
    }
}
