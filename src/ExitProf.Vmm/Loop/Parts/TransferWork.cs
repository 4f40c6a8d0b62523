using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>How the VMM gets at the guest's registers while it answers.</summary>
public enum RegisterTransfer
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>KVM_GET_REGS and KVM_SET_REGS.</summary>
    GetSetRegs,

    /// <summary>KVM_CAP_SYNC_REGS: they are in kvm_run.</summary>
    SyncRegs,
}

/// <summary>The VMM puts the answer into the guest's rbx.</summary>
/// <param name="By">How it gets there.</param>
public sealed record TransferWork(RegisterTransfer By) : IVmmWork
{
    public LoopParts Part => LoopParts.Transfer;

    internal sealed unsafe class Loop : ILoopPart
    {
        public void AssembleWork(Assembler a, Label stop)
        {
            Label done = a.CreateLabel(), sync = a.CreateLabel();
            int rbxOffset = (int)Marshal.OffsetOf<KvmRegs>(nameof(KvmRegs.Rbx));
            a.mov(rcx, LoopState.At(nameof(ExitLoopState.Transfer)));
            a.mov(r10, LoopState.At(nameof(ExitLoopState.Answer)));
            a.cmp(rcx, (int)RegisterTransfer.GetSetRegs);
            a.jb(done);
            a.ja(sync);
            Ioctl(a, KvmIoctl.GetRegs.Number, stop);
            a.mov(__qword_ptr[rbx + LoopState.Offset(nameof(ExitLoopState.Regs)) + rbxOffset], r10);
            Ioctl(a, KvmIoctl.SetRegs.Number, stop);
            a.jmp(done);
            a.Label(ref sync);
            a.mov(__qword_ptr[r12 + (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.SyncRegs)) + rbxOffset], r10);
            a.mov(__qword_ptr[r12 + (int)Marshal.OffsetOf<KvmRun>(nameof(KvmRun.KvmDirtyRegs))], (int)KvmRun.SyncX86Regs);
            a.Label(ref done);
            a.nop();
        }

        public void Prepare(in LoopRun run)
        {
            if (run.Work.Find<TransferWork>() is not { } work) return;
            run.State->Transfer = (long)work.By;
            if (work.By == RegisterTransfer.SyncRegs) run.RunPage->KvmValidRegs |= KvmRun.SyncX86Regs;
        }

        public string? Calls(VmmWork work) =>
            work.Find<TransferWork>()?.By == RegisterTransfer.GetSetRegs ? "KVM_GET_REGS or KVM_SET_REGS" : null;

        private static void Ioctl(Assembler a, uint request, Label failed)
        {
            a.mov(esi, request);
            a.lea(rdx, LoopState.At(nameof(ExitLoopState.Regs)));
            a.mov(eax, ExitLoop.SysIoctl);
            a.syscall();
            a.mov(r8, rax);
            a.test(r8, r8);
            a.js(failed);
        }
    }
}
