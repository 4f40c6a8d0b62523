using System.Text;

namespace ExitProf.Hosts;

/// <summary>The first root of an emulated host: process 1, the kernel's modules, exitprof and .NET.</summary>
public static class GuestImage
{
    /// <summary>The command of exitprof that serves in an emulated host.</summary>
    public const string GuestCommand = "guest";

    private static readonly string[] Environment =
    [
        "HOME=/tmp", "PATH=/exitprof", "TMPDIR=/tmp", "LANG=C.UTF-8",
        // Compiling a method twice would cost an emulated CPU more than it gains.
        "DOTNET_TieredCompilation=0",
        // Each change of a page's rights is slow under emulation, and nothing foreign runs here.
        "DOTNET_EnableWriteXorExecute=0",
        "DOTNET_EnableDiagnostics=0", "DOTNET_NOLOGO=1", "DOTNET_gcServer=0", "DOTNET_gcConcurrent=0",
    ];

    /// <returns>What makes one image differ from another; a changed line makes a new machine.</returns>
    internal static IEnumerable<string> Identity(IReadOnlyList<(ModuleFile File, string Parameters)> modules, Payload payload) =>
        [
            .. payload.Identity(),
            .. modules.Select(m => $"{m.File.Name} "
                + $"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(m.File.Contents))} {m.Parameters}"),
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Init(modules, payload))),
        ];

    /// <param name="commands">What it is to do at once; none for a mailbox to wait in.</param>
    internal static void Write(Stream stream, IReadOnlyList<(ModuleFile File, string Parameters)> modules, Payload payload,
        IReadOnlyList<IReadOnlyList<string>>? commands = null)
    {
        using var archive = new CpioWriter(stream);
        foreach (string folder in (string[])["dev", "proc", "sys", "tmp", "etc"]) archive.Folder(folder);
        // The kernel opens it for process 1 before anything is mounted.
        archive.CharacterDevice("dev/console", 5, 1);
        archive.File("etc/passwd", Encoding.ASCII.GetBytes("root:x:0:0::/tmp:/bin/sh\n"));
        archive.File("init", Init(modules, payload), program: true);
        for (int i = 0; i < modules.Count; i++) archive.File(ModulePath(modules, i)[1..], modules[i].File.Contents);
        foreach ((int i, IReadOnlyList<string> command) in (commands ?? []).Index())
        {
            archive.File(BootCommands.PathOf(i)[1..], MailboxCommand.Encode(command));
        }
        foreach (PayloadFile file in payload.Files) archive.Copy(file.Path, file.Source, file.Program);
    }

    private static string ModulePath(IReadOnlyList<(ModuleFile File, string Parameters)> modules, int i) =>
        $"/modules/{modules[i].File.Name}.ko";

    private static byte[] Init(IReadOnlyList<(ModuleFile File, string Parameters)> modules, Payload payload)
    {
        var init = new InitProgram();
        init.MountFileSystem("proc", "/proc");
        init.MountFileSystem("sysfs", "/sys");
        init.MountFileSystem("devtmpfs", "/dev");
        init.MountFileSystem("tracefs", "/sys/kernel/tracing");
        // Before Linux 5.16 nothing else says by what a guest's clock differs from the host's.
        init.MountFileSystem("debugfs", "/sys/kernel/debug", required: false);
        init.MakeFolder("/dev/shm");
        init.MountFileSystem("tmpfs", "/dev/shm", required: false);
        for (int i = 0; i < modules.Count; i++) init.LoadModule(ModulePath(modules, i), modules[i].Parameters);
        // The recorder would refuse too, but only after .NET's start, which is half of the boot.
        init.Need("/dev/kvm");
        init.Say(GuestConsole.UpLine);
        init.Become(payload.Program, [.. payload.Arguments, GuestCommand], Environment);
        return init.ToElf();
    }
}
