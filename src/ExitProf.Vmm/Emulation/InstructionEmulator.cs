using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ExitProf.Linux;

namespace ExitProf.Vmm;

internal enum EmulationOutcome
{
    /// <summary>The instruction was carried out, or the guest sees its exception.</summary>
    Continue,

    /// <summary>The run is over; <see cref="InstructionEmulator.Failure"/> says why.</summary>
    Failed,
}

/// <summary>
/// Carries out the instructions that KVM hands over (KVM_CAP_EXIT_ON_EMULATION_FAILURE): looks them up in the cache, or fetches and decodes
/// them, and emulates them on the registers in kvm_run (KVM_CAP_SYNC_REGS). It allocates nothing, and makes a system call only for an
/// exception or for vector registers.
/// </summary>
/// <remarks>64-bit code only. Alignment checks (EFLAGS.AC) are not made.</remarks>
public sealed unsafe class InstructionEmulator : IDisposable
{
    private const ulong Cr0Emulation = 4;
    private const ulong Cr0TaskSwitched = 8;
    private const ulong Cr4Osfxsr = 1 << 9;
    private const ulong Cr4Osxsave = 1 << 18;

    private readonly VCpu vcpu;
    private readonly PageWalk walk;
    private readonly InstructionFetch fetch;
    private readonly InstructionDecoder decoder = new();
    private readonly CoherentCache cache;
    private readonly VectorRegisters vectors;
    private readonly OperandMemory operands;
    private ulong* steps;

    /// <param name="memory">Of the VM that the vCPU is of, complete.</param>
    public InstructionEmulator(VirtualMachine vm, VCpu vcpu, GuestMemory memory, EmulationDesign design)
        : this(vm, vcpu, memory, design, new InstructionCache(design.Entries, withPlaces: design.Coherence != Coherence.VerifyBytes))
    {
    }

    internal InstructionEmulator(VirtualMachine vm, VCpu vcpu, GuestMemory memory, EmulationDesign design, IInstructionCache cache)
    {
        this.vcpu = vcpu;
        walk = new PageWalk(memory, PhysicalBits(vcpu), HugePages(vcpu));
        fetch = new InstructionFetch(memory, walk);
        WriteProtection? protection =
            design.Coherence == Coherence.VerifyBytes ? null : new WriteProtection(vm, memory, design.ShadowPaging);
        this.cache = new CoherentCache(cache, design.Coherence, walk, protection);
        vectors = new VectorRegisters(vm, vcpu);
        operands = new OperandMemory(memory, Mmio, this.cache.WriteProtected);
        vm.EnableCap(KvmCap.ExitOnEmulationFailure, 1);
    }

    /// <summary>Devices in memory.</summary>
    public IoBus Mmio { get; } = new();

    /// <summary>Devices at ports.</summary>
    public IoBus Ports { get; } = new();

    public CacheCounters Counters => cache.Counters;

    public EmulationSettings Settings { get; set; }

    /// <summary>Why the run is over; empty if it is not.</summary>
    public string Failure { get; private set; } = "";

    public void Dispose() => vectors.Dispose();

    /// <summary>Forgets the last failure.</summary>
    internal void Begin() => Failure = "";

    /// <inheritdoc cref="CoherentCache.ProtectAhead"/>
    public void ProtectAhead(ulong address, bool table) => cache.ProtectAhead(address, table);

    /// <inheritdoc cref="CoherentCache.WriteProtected"/>
    internal bool WriteProtected(ulong address, ReadOnlySpan<byte> data) => cache.WriteProtected(address, data);

    /// <summary>Answers the exit in kvm_run.</summary>
    /// <param name="steps">Where its stamps go; null if it is not stamped.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal EmulationOutcome Emulate(KvmRun* run, ulong* steps)
    {
        this.steps = steps;
        ref KvmRegs regs = ref run->SyncRegs;
        ref readonly KvmSregs sregs = ref run->SyncSregs;
        Stamp(EmulationStep.Lookup);
        if (!PagingMode.TryOf(sregs, regs.Rflags, out PagingMode mode))
            return Fail($"an instruction at RIP 0x{regs.Rip:x} outside 64-bit mode, where none is emulated");
        var key = new InstructionKey(regs.Rip, sregs.Cr3, mode.Flags & ~PagingFlags.NoSupervisorAccess);
        int found = Settings.Cache ? cache.LookUp(run, mode, key) : -1;
        Stamp(EmulationStep.Fetch);
        InstructionBytes bytes = default;
        if (found < 0 && !Fetch(run, mode, regs.Rip, out bytes, out EmulationOutcome outcome)) return outcome;
        Stamp(EmulationStep.Decode);
        EmulatedInstruction decoded = default;
        if (found < 0 && !Decode(mode, key, ref bytes, out decoded, out outcome)) return outcome;
        ref readonly EmulatedInstruction instruction = ref found < 0 ? ref decoded : ref cache[found];
        return Execute(run, mode, instruction);
    }

    private bool Fetch(KvmRun* run, in PagingMode mode, ulong rip, out InstructionBytes bytes, out EmulationOutcome outcome)
    {
        outcome = EmulationOutcome.Continue;
        if (Settings.Fetch == FetchBy.KernelBytes && InstructionBytes.OfExit(run, out bytes)) return true;
        return FetchByWalk(mode, rip, out bytes, out outcome);
    }

    private bool FetchByWalk(in PagingMode mode, ulong rip, out InstructionBytes bytes, out EmulationOutcome outcome)
    {
        FetchResult result = fetch.Fetch(mode, rip, out bytes, out GuestFault fault);
        outcome = result switch
        {
            FetchResult.Fetched => EmulationOutcome.Continue,
            FetchResult.Fault => Inject(fault),
            _ => Fail($"an instruction at RIP 0x{rip:x}, where the guest has no memory"),
        };
        return result == FetchResult.Fetched;
    }

    private bool Decode(
        in PagingMode mode,
        in InstructionKey key,
        ref InstructionBytes bytes,
        out EmulatedInstruction instruction,
        out EmulationOutcome outcome
    )
    {
        outcome = EmulationOutcome.Continue;
        DecodeResult result = decoder.Decode(bytes, key.Rip, out instruction);
        if (result == DecodeResult.NeedsMoreBytes && Settings.Fetch == FetchBy.KernelBytes)
        {
            if (!FetchByWalk(mode, key.Rip, out bytes, out outcome)) return false;
            result = decoder.Decode(bytes, key.Rip, out instruction);
        }
        if (result != DecodeResult.Decoded)
        {
            outcome = Refuse(result, key.Rip, bytes);
            return false;
        }
        if (Settings.Cache) cache.Keep(mode, key, instruction, bytes);
        return true;
    }

    private EmulationOutcome Refuse(DecodeResult result, ulong rip, in InstructionBytes bytes)
    {
        if (result == DecodeResult.NeedsMoreBytes)
        {
            return fetch.Beyond.Vector != 0
                ? Inject(fetch.Beyond)
                : Fail($"an instruction at RIP 0x{rip:x} that goes on where the guest has no memory");
        }
        if (result == DecodeResult.Invalid) return Inject(GuestFault.InvalidOpcode);
        string text = Convert.ToHexStringLower(bytes.ToArray().AsSpan(0, decoder.Length));
        return Fail($"{decoder.Mnemonic.ToString().ToUpperInvariant()} ({text}) at RIP 0x{rip:x}, which is not emulated");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private EmulationOutcome Execute(KvmRun* run, in PagingMode mode, in EmulatedInstruction instruction)
    {
        ref KvmRegs regs = ref run->SyncRegs;
        ref readonly KvmSregs sregs = ref run->SyncSregs;
        if (instruction.UsesVectorState)
        {
            Stamp(EmulationStep.ReadVectorState);
            if (!VectorsAllowed(sregs, instruction.Traits, out GuestFault refused)) return Inject(refused);
            vectors.Read();
        }
        Stamp(EmulationStep.Operand);
        Vector256<byte> value = default;
        Span<byte> data = MemoryMarshal.AsBytes(new Span<Vector256<byte>>(ref value))[..instruction.MemoryBytes];
        ulong linear = instruction.Address.Linear(regs, sregs);
        if (!Translate(mode, instruction, linear, out Operand operand, out GuestFault fault)) return Inject(fault);
        if (instruction.Stores) vectors.Get(instruction.Register, instruction.RegisterOffset, data);
        Stamp(EmulationStep.Device);
        bool answered = instruction.Stores ? operands.Write(operand, data) : operands.Read(operand, data);
        if (!answered)
            return Fail(
                $"an access of {data.Length} bytes to address 0x{operand.First:x} by an instruction at RIP 0x{regs.Rip:x}, which no device answers"
            );
        Stamp(EmulationStep.Execute);
        if (!instruction.UsesVectorState)
            Compute(ref regs, instruction, value.AsUInt64()[0]);
        else if (!instruction.Stores)
            vectors.Load(instruction.Register, instruction.RegisterOffset, data, instruction.Rest, instruction.Second);
        if (instruction.UsesVectorState)
        {
            Stamp(EmulationStep.WriteVectorState);
            if (!instruction.Stores) vectors.Write();
        }
        Stamp(EmulationStep.WriteBack);
        regs.Rip += instruction.Length;
        run->KvmDirtyRegs = KvmRun.SyncX86Regs;
        return EmulationOutcome.Continue;
    }

    private static void Compute(ref KvmRegs regs, in EmulatedInstruction instruction, ulong source)
    {
        ulong before = GuestRegisters.Read(regs, instruction.Register), flags = regs.Rflags;
        int bytes = instruction.RegisterBytes;
        ulong result = instruction.Operation switch
        {
            Operation.Popcnt => Arithmetic.Popcnt(source, ref flags),
            Operation.Crc32 => Arithmetic.Crc32(before, source, instruction.MemoryBytes),
            Operation.Bextr => Arithmetic.Bextr(source, GuestRegisters.Read(regs, instruction.Second), 8 * bytes, ref flags),
            Operation.Adcx => Arithmetic.AddWithCarry(before, source, bytes, Arithmetic.Carry, ref flags),
            Operation.Adox => Arithmetic.AddWithCarry(before, source, bytes, Arithmetic.Overflow, ref flags),
            _ => throw new InvalidOperationException($"{instruction.Operation} is no general instruction"),
        };
        GuestRegisters.Write(ref regs, instruction.Register, result, bytes);
        regs.Rflags = flags;
    }

    private static bool VectorsAllowed(in KvmSregs sregs, InstructionTraits traits, out GuestFault fault)
    {
        bool vex = (traits & InstructionTraits.Vex) != 0;
        bool there = vex ? (sregs.Cr4 & Cr4Osxsave) != 0 : (sregs.Cr0 & Cr0Emulation) == 0 && (sregs.Cr4 & Cr4Osfxsr) != 0;
        fault = there ? GuestFault.DeviceNotAvailable : GuestFault.InvalidOpcode;
        return there && (sregs.Cr0 & Cr0TaskSwitched) == 0;
    }

    /// <summary>Both pages of an operand are asked before anything is read or written.</summary>
    private bool Translate(in PagingMode mode, in EmulatedInstruction instruction, ulong linear, out Operand operand, out GuestFault fault)
    {
        int bytes = instruction.MemoryBytes, first = Math.Min(bytes, PageWalk.PageBytes - ((int)linear & (PageWalk.PageBytes - 1)));
        MemoryAccess access = instruction.Stores ? MemoryAccess.Write : MemoryAccess.Read;
        operand = default;
        if ((instruction.Traits & InstructionTraits.Aligned) != 0 && (linear & (ulong)(bytes - 1)) != 0)
        {
            fault = GuestFault.GeneralProtection;
            return false;
        }
        bool translated = walk.TryTranslate(mode, linear, access, out ulong physical, out fault);
        ulong second = 0;
        if (translated && first < bytes) translated = walk.TryTranslate(mode, linear + (ulong)first, access, out second, out fault);
        operand = new Operand(physical, first, second);
        if (!translated && fault.Vector == GuestFault.GeneralProtectionVector && instruction.Address.OnStack) fault = GuestFault.Stack;
        return translated;
    }

    private EmulationOutcome Inject(GuestFault fault)
    {
        vcpu.Inject(fault);
        return EmulationOutcome.Continue;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private EmulationOutcome Fail(string what)
    {
        Failure = what;
        return EmulationOutcome.Failed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Stamp(EmulationStep step)
    {
        if (steps != null) steps[(int)step] = Tsc.Read();
    }

    private static int PhysicalBits(VCpu vcpu) => (int)(vcpu.CpuidEax(0x8000_0008) ?? 36) & 0xff;

    // Page1GB, CPUID 80000001h, EDX bit 26.
    private static bool HugePages(VCpu vcpu) => ((vcpu.CpuidEntry(0x8000_0001, 0)?.Edx ?? 0) >> 26 & 1) != 0;
}
