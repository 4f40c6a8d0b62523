using System.Runtime.CompilerServices;
using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>
/// A machine with a guest of Multiboot 1 in it: one vCPU, memory from address 0 on, the interrupt controllers and the interval timer in the
/// kernel, a serial line, the least of ACPI and the ports that kvm-unit-tests end by. Every other port and address reads as
/// ones and takes what is written.
/// </summary>
/// <remarks>The guest is not trusted: it reaches its own memory and these devices, nothing else.</remarks>
public sealed unsafe class MultibootGuest : IDisposable
{
    /// <summary>kvm-unit-tests' vmexit wants 64 MB with its page tables; an emulated host has half a GB for everything.</summary>
    public const long MemoryBytes = 64L << 20;

    /// <summary>kvm-unit-tests are told by these what they else ask fw_cfg for (lib/x86/fwcfg.c there).</summary>
    private const string Variables = "NR_CPUS=1\nMEMSIZE=64\nTEST_DEVICE=1\n";

    private readonly LockedMemory memory;
    private readonly VirtualMachine vm;
    private readonly IoBus ports = new();
    private readonly SerialPort serial = new();
    private readonly ExitPort exit = new();
    private readonly PowerOffPort power = new();
    private readonly PanicPort panic = new();

    /// <param name="commandLine">The guest's own name comes first, as with any program.</param>
    /// <exception cref="MultibootException">The guest cannot be booted.</exception>
    public MultibootGuest(Kvm kvm, MultibootImage image, string commandLine)
    {
        vm = kvm.CreateVm();
        try
        {
            memory = new LockedMemory(MemoryBytes);
            Load(image);
            uint information = BootInformation.Write(memory.Span, image, commandLine, Variables);
            // An image that covers the BIOS's area has no use for ACPI.
            if (image.FindRoom(AcpiTables.Address, AcpiTables.AreaBytes, MemoryBytes) == AcpiTables.Address)
                AcpiTables.Write(memory.Span[(int)AcpiTables.Address..]);
            vm.SetUserMemoryRegion(0, 0, memory);
            vm.CreateIrqchip();
            vm.CreatePit();
            AddPorts();
            Vcpu = vm.CreateVcpu(0);
            ProtectedMode.SetRegisters(Vcpu, image.Entry, information);
            KickSignal.EnsureInstalled();
        }
        catch
        {
            Vcpu?.Dispose();
            vm.Dispose();
            memory?.Dispose();
            throw;
        }
    }

    public VCpu Vcpu { get; }

    /// <summary>What the guest wrote on its serial line.</summary>
    public byte[] Output => serial.Written.ToArray();

    /// <summary>Runs the guest on this thread until it ends or is ended.</summary>
    /// <param name="limit">The most CPU time of this thread, which is the guest's and KVM's and the devices'.</param>
    /// <returns>How it ended. It cannot be run on.</returns>
    /// <exception cref="SystemCallException">KVM_RUN failed.</exception>
    public GuestEnd Run(TimeSpan limit, CancellationToken cancelled)
    {
        SignalSet mask = KickSignal.BlockOthers();
        try
        {
            using var watch = new VcpuWatch(Vcpu, limit, cancelled);
            return Run(watch, limit);
        }
        finally
        {
            KickSignal.Restore(mask);
        }
    }

    public void Dispose()
    {
        Vcpu.Dispose();
        vm.Dispose();
        memory.Dispose();
    }

    private GuestEnd Run(VcpuWatch watch, TimeSpan limit)
    {
        KvmRun* run = Vcpu.RunPage;
        while (true)
        {
            int error = Vcpu.Run();
            if (error is Errno.EINTR or Errno.EAGAIN)
            {
                // An exit that came before the kick is answered: it may be the guest's own end. The next KVM_RUN returns at once.
                if (watch.Reason is { } reason) return Stopped(reason, limit);
                continue;
            }
            if (error != 0) throw new SystemCallException("KVM_RUN", error, "the guest's state is not one that this host can run");
            if (!TryAnswer(run)) return Refused(VmExit.Parse(in *run));
            if (Ended() is { } end) return end;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryAnswer(KvmRun* run)
    {
        switch ((ExitReason)run->ExitReason)
        {
            case ExitReason.Io:
                for (uint i = 0; i < run->IoCount; i++)
                {
                    var data = new Span<byte>((byte*)run + run->IoDataOffset + i * run->IoSize, run->IoSize);
                    if (run->IoDirection == 1) ports.Write(run->IoPort, data);
                    else if (!ports.Read(run->IoPort, data)) data.Fill(0xff);
                }
                return true;
            case ExitReason.Mmio:
                // There is no device in memory but KVM's own.
                if (run->MmioIsWrite == 0) run->MmioData = ulong.MaxValue;
                return true;
            case ExitReason.Intr:
                return true;
            default:
                return false;
        }
    }

    private GuestEnd? Ended()
    {
        if (exit.Status is { } status) return new(GuestEndKind.ExitPort, status, $"The guest ended with status {status}.");
        if (power.IsOff) return new(GuestEndKind.PowerOff, 0, "The guest switched itself off.");
        if (panic.HasPanicked) return new(GuestEndKind.Panic, 0, "The guest says that its kernel has panicked.");
        return serial.IsFull ? new(GuestEndKind.OutputLimit, 0,
            $"The guest wrote {SerialPort.MostBytes >> 20} MB on its serial line and was stopped.") : null;
    }

    private GuestEnd Stopped(GuestEndKind reason, TimeSpan limit) => new(reason, 0, reason switch
    {
        GuestEndKind.TimeLimit => $"The guest ran for {limit.TotalSeconds:0.###} s of CPU time without ending and was stopped at RIP "
            + $"0x{Vcpu.Regs.Rip:x}: give it more with --seconds, or name fewer of its tests with --args.",
        GuestEndKind.Halted => $"The guest halted at RIP 0x{Vcpu.Regs.Rip:x} and did next to nothing for {VcpuWatch.MostIdle.TotalSeconds:0} s.",
        _ => "The guest was stopped.",
    });

    /// <summary>Where a triple fault happened is not known: SVM's state is undefined then, and KVM resets the vCPU.</summary>
    private GuestEnd Refused(VmExit exit) => exit is VmExit.Shutdown
        ? new(GuestEndKind.TripleFault, 0, "The guest ended with a triple fault (KVM_EXIT_SHUTDOWN).")
        : new(GuestEndKind.Refused, 0, $"The guest did what KVM does not run: {Describe(exit)} at RIP 0x{Vcpu.Regs.Rip:x}.");

    private static string Describe(VmExit exit) => exit switch
    {
        VmExit.InternalError e => $"KVM_EXIT_INTERNAL_ERROR, suberror {e.Suberror}",
        VmExit.FailEntry e => $"KVM_EXIT_FAIL_ENTRY, hardware reason 0x{e.HardwareReason:x}",
        VmExit.UnknownHardwareReason e => $"KVM_EXIT_UNKNOWN, hardware reason 0x{e.HardwareReason:x}",
        VmExit.SystemEvent e => $"KVM_EXIT_SYSTEM_EVENT, type {e.Type}",
        VmExit.Other other => other.Reason.Name(),
        _ => "KVM_EXIT_" + exit.GetType().Name.ToUpperInvariant(),
    };

    private void Load(MultibootImage image)
    {
        foreach (GuestSegment segment in image.Segments) segment.Contents.Span.CopyTo(memory.Span[(int)segment.Address..(int)segment.End]);
    }

    private void AddPorts()
    {
        ports.Insert(SerialPort.Address, SerialPort.Registers, serial);
        ports.Insert(ExitPort.Address, ExitPort.Ports, exit);
        ports.Insert(PowerOffPort.Address, 1, power);
        ports.Insert(PanicPort.Address, 1, panic);
        ports.Insert(PmTimer.Address, PmTimer.Ports, new PmTimer(TimeProvider.System));
        ports.Insert(InterruptLines.Address, InterruptLines.Lines, new InterruptLines(vm.SetIrqLine));
    }
}
