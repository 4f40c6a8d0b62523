using System.Text;
using ExitProf.Traces;

namespace ExitProf.Tests.Borders;

/// <summary>
/// The sequences that were measured on PVM (native, CPL3), with our own stamps, for each set of events that a recorder can switch on.
/// </summary>
public sealed class PvmWalkTests
{
    /// <summary>
    /// One letter per stamp: R an RCU note's two, e emulate, p pio, V vcpu_match_mmio, M mmio, a apic, E eoi, U and L kvm_fpu unload and
    /// load, u userspace_exit, X and S sys_exit and sys_enter, o the entry of another ioctl or either end of another call, J
    /// kvm_inj_exception, b k f r the lock of the VMM's bus, w and m write and read of an MSR, 0 and 8 the guest's stamps, 1 and 2 the
    /// VMM's.
    /// </summary>
    private static readonly (string Name, ExitKind Kind, Destination Destination, string Deep)[] Exits =
    [
        ("out to user space", ExitKind.PioOut, Destination.Userspace, "0RepUuXwwww12SmLwwwwR8"),
        ("in from user space", ExitKind.PioIn, Destination.Userspace, "0ReUuX12SLpR8"),
        ("mmio write to user space", ExitKind.MmioWrite, Destination.Userspace, "0ReVMUuX12SLR8"),
        ("mmio read from user space", ExitKind.MmioRead, Destination.Userspace, "0ReVMUuX12SLMR8"),
        ("ioeventfd", ExitKind.PioOut, Destination.Kernel, "0RepR8"),
        ("ioeventfd mmio", ExitKind.MmioWrite, Destination.Kernel, "0ReVMR8"),
        ("xAPIC EOI", ExitKind.Apic, Destination.Kernel, "0ReMaER8"),
        ("x2APIC EOI", ExitKind.Apic, Destination.Kernel, "0ReaEqR8"),
        ("popcnt failure", ExitKind.EmulationFailure, Destination.Userspace, "0ReeUuX12SLR8"),
        ("out to user space, where registers are read and set", ExitKind.PioOut, Destination.Userspace, "0RepUuX1oXoX2SLR8"),
        ("syscall", ExitKind.Unknown, Destination.Kernel, "0RR8"),
        ("syscall that the kernel reflects", ExitKind.Syscall, Destination.Kernel, "0RR8"),
        ("exception to an interpreted handler", ExitKind.Exception, Destination.Kernel, "0RJeeR8"),
        ("triple fault", ExitKind.Shutdown, Destination.Userspace, "0RJUuX12SLR8"),
        ("out, and another thread runs", ExitKind.Intervened, Destination.Userspace, "0RepUuX1oooRo2SLR8"),
        ("in, looked up behind a lock", ExitKind.LockedPioIn, Destination.Userspace, "0ReUuX1bkfr2SLpR8"),
        ("in, and another vCPU holds the lock", ExitKind.LockedPioIn, Destination.Userspace, "0ReUuX1boRokfr2SLpR8"),
        ("in, and another vCPU waits for the lock", ExitKind.LockedPioIn, Destination.Userspace, "0ReUuX1bkfoor2SLpR8"),
    ];

    /// <summary>The same of a guest that KVM's emulator runs (CPL0): every instruction of the loop around the exit is decoded.</summary>
    private static readonly (string Name, ExitKind Kind, Destination Destination, string Full)[] EmulatedExits =
    [
        ("out to user space", ExitKind.PioOut, Destination.Userspace, "0eeeepUuX12SLeee8"),
        ("in from user space", ExitKind.PioIn, Destination.Userspace, "0eeeeUuX12SLpee8"),
        ("mmio read from user space", ExitKind.MmioRead, Destination.Userspace, "0eeeeMUuX12SLMee8"),
        ("ioeventfd", ExitKind.PioOut, Destination.Kernel, "0eeeepee8"),
        ("cpuid", ExitKind.Cpuid, Destination.Kernel, "0eeeeceee8"),
        ("hlt", ExitKind.Hlt, Destination.Userspace, "0eeeUuX12SLee8"),
        ("rdmsr", ExitKind.Msr, Destination.Kernel, "0eeeqee8"),
        ("rdmsr to user space", ExitKind.Msr, Destination.Userspace, "0eeeUuX12SLee8"),
        ("xAPIC EOI", ExitKind.Apic, Destination.Kernel, "0eeeMaEee8"),
        ("x2APIC EOI", ExitKind.Apic, Destination.Kernel, "0eeeeaEqee8"),
        ("cpuid without decodes", ExitKind.Cpuid, Destination.Kernel, "08"),
        ("hlt without decodes", ExitKind.Hlt, Destination.Userspace, "0128"),
    ];

    private static readonly (string Name, string Without)[] Sets =
    [
        ("deep", ""),
        ("full", "mw"),
        ("lean", "mwReuXSoaEq"),
        ("no", "mwReuXSoaEqJpVMUL"),
    ];

    [Fact]
    public void Stage_tables_of_pvm()
    {
        var text = new StringBuilder();
        foreach (var exit in Exits)
        {
            string last = "";
            foreach (var set in Sets)
            {
                string letters = string.Concat(exit.Deep.Where(c => !set.Without.Contains(c, StringComparison.Ordinal)));
                if (letters == last) continue;
                last = letters;
                var row = BorderTable.Row(exit.Kind, exit.Destination, Backend.Pvm, vmmStamps: true);
                text.Append(WalkText.Of($"pvm {exit.Name}, {set.Name} events", row, [.. letters.SelectMany(Stamps)])).Append('\n');
            }
        }
        Golden.Equal("pvm-walks.txt", text.ToString());
    }

    [Fact]
    public void Stage_tables_of_emulated_guests()
    {
        var text = new StringBuilder();
        foreach (var exit in EmulatedExits)
        {
            var row = BorderTable.Row(exit.Kind, exit.Destination, Backend.Pvm, vmmStamps: true, emulated: true);
            text.Append(WalkText.Of($"pvm emulated {exit.Name}", row, [.. exit.Full.SelectMany(Stamps)])).Append('\n');
        }
        Golden.Equal("pvm-emulated-walks.txt", text.ToString());
    }

    private static Stamp[] Stamps(char letter) => letter switch
    {
        'J' => [Stamp.KvmInjException],
        'b' => [Stamp.VmmBusLock],
        'k' => [Stamp.VmmBusLocked],
        'f' => [Stamp.VmmBusFound],
        'r' => [Stamp.VmmBusReleased],
        '0' => [Stamp.GuestBefore],
        '8' => [Stamp.GuestAfter],
        '1' => [Stamp.RunReturned],
        '2' => [Stamp.RunCalled],
        'R' => [Stamp.RcuStart, Stamp.RcuEnd],
        'e' => [Stamp.KvmEmulateInsn],
        'p' => [Stamp.KvmPio],
        'V' => [Stamp.VcpuMatchMmio],
        'M' => [Stamp.KvmMmio],
        'U' => [Stamp.KvmFpuUnload],
        'L' => [Stamp.KvmFpuLoad],
        'u' => [Stamp.KvmUserspaceExit],
        'X' => [Stamp.SysExit],
        'S' => [Stamp.SysEnter],
        'o' => [Stamp.Other],
        'w' => [Stamp.WriteMsr],
        'm' => [Stamp.ReadMsr],
        'a' => [Stamp.KvmApic],
        'E' => [Stamp.KvmEoi],
        'q' => [Stamp.KvmMsr],
        'c' => [Stamp.KvmCpuid],
        _ => throw new ArgumentOutOfRangeException(nameof(letter), letter, null),
    };
}
