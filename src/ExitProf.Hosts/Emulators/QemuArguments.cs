namespace ExitProf.Hosts;

/// <summary>
/// The machine that QEMU emulates. Its clock advances by a nanosecond an instruction and skips idle time (icount), its clock's date and its
/// random numbers start the same each time, and it has no disk, no network and no keyboard, whose answers would come at the outer machine's
/// pace: so the same input gives the same run to the instruction. Files are named relative to the folder that QEMU runs in.
/// </summary>
internal static class QemuArguments
{
    public const string InitialRoot = "initrd";
    public const string Mailbox = "mailbox";
    public const string Memory = "ram";
    public const string State = "state";
    public const string Ways = "ways";

    /// <summary>
    /// oops=panic: whatever goes wrong in the kernel ends the run at once. tsc=reliable: no watchdog doubts the clock. nokaslr: addresses
    /// are the same in every boot, unless they are varied on purpose. cryptomgr.notests: self-tests of
    /// ciphers would be half of the boot.
    /// </summary>
    public static string KernelCommandLine(BootVariation boot) =>
        $"console=ttyS0 quiet oops=panic panic=-1 mitigations=off tsc=reliable {boot.Addresses}cryptomgr.notests";

    /// <param name="memory">The file that holds the guest's memory.</param>
    /// <param name="shared">True: what the guest writes is in the files; false: its memory is a private copy.</param>
    public static IReadOnlyList<string> Machine(string memory, bool shared, BootVariation boot)
    {
        string share = shared ? "on" : "off";
        return
        [
            // One thread: with a thread per CPU the kernel's own patching of code now and then kills it. icount wants one CPU.
            "-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off", "-seed", $"{boot.Seed}", "-rtc", "base=2026-01-01T00:00:00,clock=vm",
            "-cpu", "EPYC,+svm,+npt", "-smp", "1", "-m", $"{boot.Megabytes}M", "-display", "none", "-no-reboot", "-nodefaults",
                "-no-user-config",
            "-object", $"memory-backend-file,id=ram,size={boot.Megabytes}M,mem-path={memory},share={share}", "-machine",
                "q35,memory-backend=ram",
            "-object", $"memory-backend-file,id=mailbox,size={MailboxLayout.Bytes >> 20}M,mem-path={Mailbox},share={share}",
            "-device", "ivshmem-plain,memdev=mailbox,master=on",
        ];
    }

    /// <param name="kernel">A link beside the others.</param>
    public static IReadOnlyList<string> Boot(string kernel, BootVariation boot) =>
        ["-kernel", kernel, "-initrd", InitialRoot, "-append", KernelCommandLine(boot)];

    /// <param name="plugin">A link beside the others. It changes nothing of what is emulated.</param>
    public static IReadOnlyList<string> Follow(string plugin) => ["-plugin", $"{plugin},out={Ways}"];

    public static IReadOnlyList<string> Restore() => ["-incoming", "defer", "-S"];
}
