using System.Buffers.Binary;
using ExitProf.Linux;
using Iced.Intel;

namespace ExitProf.Vmm;

/// <summary>A VM with its memory, one vCPU and a program loaded: ready to run.</summary>
public sealed unsafe class Guest : IDisposable
{
    private readonly LockedMemory memory;
    private readonly VirtualMachine vm;
    private readonly bool ownsVm;

    public Guest(Kvm kvm, GuestProgram program, GuestDevices devices = GuestDevices.None)
    {
        Program = program;
        vm = kvm.CreateVm();
        ownsVm = true;
        memory = new LockedMemory(GuestLayout.MemoryBytes);
        try
        {
            Slots.Add(new MemorySlot(0, 0, memory, ReadOnly: false));
            vm.SetUserMemoryRegion(0, 0, memory);
            if (devices.HasFlag(GuestDevices.Irqchip)) vm.CreateIrqchip();
            Vcpu = vm.CreateVcpu(0);
            Start(0);
            Vcpu.ZeroTscOffset();
            TscOffset = Vcpu.ReadTscOffset();
        }
        catch
        {
            vm.Dispose();
            memory.Dispose();
            throw;
        }
    }

    /// <summary>
    /// One more vCPU of the same VM, with the same program in memory of its own, which it finds at the addresses of the first one's.
    /// </summary>
    /// <param name="index">From 1.</param>
    public Guest(Guest first, int index)
    {
        (Program, Index, Bus) = (first.Program, index, first.Bus);
        if (Program.Mode == GuestMode.Real16) throw new ArgumentException("real mode has no page tables", nameof(first));
        memory = new LockedMemory(GuestLayout.MemoryBytes);
        vm = first.vm;
        ulong start = (ulong)index * GuestLayout.MemoryBytes;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(start, GuestLayout.MoreMemory);
        vm.SetUserMemoryRegion((uint)(GuestLayout.FirstVcpuSlot + index), start, memory);
        Vcpu = vm.CreateVcpu(index);
        Start(start);
        Vcpu.ZeroTscOffset();
        TscOffset = Vcpu.ReadTscOffset();
    }

    public GuestProgram Program { get; }

    /// <summary>The index of its vCPU in the VM.</summary>
    public int Index { get; }

    /// <summary>The bus on which all vCPUs of the VM look up devices; null without one. Disposed with the first of them.</summary>
    public SharedBus? Bus { get; private set; }

    public VirtualMachine Vm => vm;

    /// <summary>What of its memory the VMM knows about: slot 0, and what was added by <see cref="AddMemory"/>.</summary>
    public GuestMemory Slots { get; } = new();

    /// <summary>Emulates what KVM does not; null for a guest that does not need it. Disposed with the guest.</summary>
    public InstructionEmulator? Emulator { get; private set; }

    public VCpu Vcpu { get; }

    /// <summary>
    /// The guest's TSC minus the host's, in cycles, as KVM reports it: 0 where it can be set (since Linux 5.16); null if KVM does not say.
    /// </summary>
    public long? TscOffset { get; }

    /// <summary>Whether the offset is another one by now.</summary>
    public bool TscOffsetMoved => TscOffset != null && Vcpu.ReadTscOffset() is { } now && now != TscOffset;

    /// <summary>False if the limit on locked memory was too low for the guest's memory.</summary>
    public bool MemoryLocked => memory.Locked;

    /// <summary>The sum of all values that the guest read since it was last asked for exits.</summary>
    public ulong ReadSum => BinaryPrimitives.ReadUInt64LittleEndian(memory.Span[(int)GuestLayout.ReadSum..]);

    /// <summary>The guest's stamps, two per exit: before, after. Zero where the guest has not been yet.</summary>
    public ReadOnlySpan<ulong> Stamps(int exits) => new((byte*)memory.Address + Program.StampsAddress, 2 * exits);

    /// <summary>Sets how many exits the guest makes next, and clears its stamps so that missing ones show.</summary>
    public void Ask(int exits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exits, Program.MaxExits);
        BinaryPrimitives.WriteUInt32LittleEndian(memory.Span[(int)GuestLayout.ExitsWanted..], (uint)exits);
        new Span<byte>((byte*)memory.Address + Program.StampsAddress, 16 * exits).Clear();
    }

    /// <summary>How many of the exits asked for the guest has finished: stamps are written in order, so the first zero tells.</summary>
    public int ExitsDone(int asked)
    {
        ReadOnlySpan<ulong> stamps = Stamps(asked);
        int low = 0, high = asked;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Volatile.Read(in stamps[2 * middle]) != 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>Puts code into the guest's memory.</summary>
    public void Load(ulong address, Assembler code) => NativeCode.Assemble(code, address).CopyTo(memory.Span[(int)address..]);

    public void WriteWord(ulong address, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(memory.Span[(int)address..], value);

    /// <summary>The guest's own memory, for what scenarios put there or look for.</summary>
    public Span<byte> Slice(ulong address, int bytes) => memory.Span.Slice((int)address, bytes);

    /// <summary>A second set of page tables, see <see cref="GuestLayout.OtherPml4"/>.</summary>
    public void AddOtherTables() => LongMode.WriteOtherTables(memory.Span);

    internal void* Memory => memory.Address;

    /// <summary>Gives the guest more memory, which the caller keeps for as long as the guest lives.</summary>
    public void AddMemory(uint slot, ulong address, LockedMemory more)
    {
        vm.SetUserMemoryRegion(slot, address, more);
        Slots.Add(new MemorySlot(slot, address, more, ReadOnly: false));
    }

    /// <summary>Before its other vCPUs are made.</summary>
    public void AddBus(int devices) => Bus = new SharedBus(devices);

    /// <summary>Once, when all of its memory is there.</summary>
    public InstructionEmulator Emulate(EmulationDesign design) => Emulator = new InstructionEmulator(vm, Vcpu, Slots, design);

    /// <summary>The same with a cache of the caller's.</summary>
    internal InstructionEmulator Emulate(EmulationDesign design, IInstructionCache cache) =>
        Emulator = new InstructionEmulator(vm, Vcpu, Slots, design, cache);

    /// <summary>How often the guest found something else than it should have.</summary>
    public ulong Mismatches => BinaryPrimitives.ReadUInt64LittleEndian(memory.Span[(int)GuestLayout.Mismatches..]);

    public void Dispose()
    {
        Emulator?.Dispose();
        Vcpu.Dispose();
        if (ownsVm)
        {
            vm.Dispose();
            Bus?.Dispose();
        }
        memory.Dispose();
    }

    /// <param name="physicalStart">Where in the VM its memory begins.</param>
    private void Start(ulong physicalStart)
    {
        Program.Code.Span.CopyTo(memory.Span[(int)GuestLayout.Code..]);
        if (Program.Mode == GuestMode.Real16)
        {
            RealMode.SetRegisters(Vcpu);
            return;
        }
        LongMode.WriteTables(memory.Span, physicalStart);
        LongMode.SetRegisters(Vcpu, Program.Mode == GuestMode.Long64Cpl3 ? 3 : 0, physicalStart);
    }
}
