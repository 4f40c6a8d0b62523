namespace ExitProf.Hosts;

/// <summary>
/// The machine that Bochs emulates, as its configuration file describes it. A tick of its clock is an instruction; idle time is skipped;
/// its clock's date starts the same each time, and nothing of the outer machine's pace comes in: the screen is drawn by the machine's own
/// time, there is no disk that is written, no network and no keyboard. Files are named relative to the folder that Bochs runs in.
/// </summary>
internal static class BochsConfiguration
{
    public const string FileName = "bochsrc";
    public const string Cd = "boot.iso";
    public const string Results = "results";

    /// <summary>A link to where the packages are unpacked.</summary>
    public const string Packages = "packages";

    /// <summary>A file of commands for the debugger that Debian's Bochs has: it waits for one.</summary>
    public const string DebuggerCommands = "debugger";

    /// <summary>
    /// no_timer_check: the kernel's own test of the timer takes Bochs's for a broken one. tsc_early_khz: a Skylake-X tells its clock by
    /// CPUID, and by that the kernel has its local timer ring too early, in one of 17 exits of pio-out, 600 instructions each time. The
    /// rest is as for QEMU, and the console's speed: the kernel waits for each character.
    /// </summary>
    public static string KernelCommandLine =>
        QemuArguments.KernelCommandLine(BootVariation.Usual).Replace("ttyS0", "ttyS0,115200", StringComparison.Ordinal)
        + " no_timer_check tsc_early_khz=1000000";

    public static IReadOnlyList<string> Arguments => ["-q", "-f", FileName, "-unlock", "-rc", DebuggerCommands];

    /// <summary>
    /// ips: a second of the machine's time is 10⁹ instructions, as with QEMU, so that its timers fall into as few exits. The CPU is one
    /// with VMX that Linux knows.
    /// </summary>
    public const string Text =
        $"""
        plugin_ctrl: unmapped=1, biosdev=1, speaker=0, extfpuirq=1, parallel=0, serial=1
        cpu: model=corei7_skylake_x, count=1, ips=1000000000, reset_on_triple_fault=0, ignore_bad_msrs=1
        memory: guest=512, host=512
        romimage: file={Packages}/usr/share/bochs/BIOS-bochs-latest, options=fastboot
        vgaromimage: file={Packages}/usr/share/vgabios/vgabios.bin
        ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
        ata0-master: type=cdrom, path={Cd}, status=inserted
        boot: cdrom
        com1: enabled=1, mode=file, dev={EmulatorProcess.ConsoleFile}
        com2: enabled=1, mode=file, dev={Results}
        display_library: term
        vga: extension=none, update_freq=5, realtime=0
        clock: sync=none, time0=1767225600
        log: /dev/stderr
        panic: action=fatal
        error: action=ignore
        info: action=ignore
        debug: action=ignore

        """;
}
