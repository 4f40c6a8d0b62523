using ExitProf.Linux;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>The VMM finds who answers on the guest's <see cref="SharedBus"/>, which other vCPUs look up too.</summary>
/// <param name="Lock">What protects the bus.</param>
/// <param name="HeldCycles">TSC cycles that the lock is kept longer.</param>
public sealed record BusLookupWork(BusLock Lock, ulong HeldCycles = 0) : IVmmWork
{
    /// <summary>Stamps per exit: about to lock, locked, found, released.</summary>
    public const int Steps = 4;

    public LoopParts Part => LoopParts.BusLookup;

    internal sealed unsafe class Loop : ILoopPart
    {
        public void AssembleLookup(Assembler a, Label stop, bool withStamps)
        {
            // A configuration without a bus has no table.
            Label noBus = a.CreateLabel();
            a.cmp(LoopState.At<State>(nameof(ExitLoopState.Bus), nameof(State.Table)), 0);
            a.je(noBus);
            BusLookup.Assemble(a, stop);
            if (withStamps) a.mov(r9, __qword_ptr[r13]);
            a.Label(ref noBus);
            a.nop();
        }

        public void Prepare(in LoopRun run)
        {
            if (run.Work.Find<BusLookupWork>() is not { } work) return;
            SharedBus bus = run.Guest.Bus ?? throw new InvalidOperationException("The guest has no bus to look up.");
            run.State->Bus = new State
            {
                Lock = (long)work.Lock,
                Mutex = bus.Mutex,
                Rwlock = bus.Rwlock,
                Reading = bus.Reading(run.Guest.Index),
                Table = bus.Table,
                Held = work.HeldCycles,
                MutexLock = CFunction.MutexLock,
                MutexUnlock = CFunction.MutexUnlock,
                ReadLock = CFunction.ReadLock,
                ReadUnlock = CFunction.ReadUnlock,
                Steps = run.Steps,
            };
        }
    }

    /// <summary>A <see cref="BusLock"/>, what it is of the bus, and the functions of the C library that take and release it.</summary>
    internal unsafe struct State
    {
        public long Lock;
        public void* Mutex;
        public void* Rwlock;
        public ulong* Reading;
        public ulong* Table;
        public ulong Held;
        public void* MutexLock;
        public void* MutexUnlock;
        public void* ReadLock;
        public void* ReadUnlock;

        /// <summary>Where the next exit's stamps go; null if there are to be none.</summary>
        public ulong* Steps;

        /// <summary>Not zero if the last port is on no bus.</summary>
        public ulong Missed;
    }
}
