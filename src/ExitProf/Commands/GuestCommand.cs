using System.CommandLine;
using ExitProf.Hosts;
using ExitProf.Recording;

namespace ExitProf;

/// <summary><c>exitprof guest</c>: what runs inside an emulated host, as its only program. Not for people.</summary>
internal static class GuestCommand
{
    public static Command Create()
    {
        var command = new Command(GuestImage.GuestCommand, "Serve inside an emulated host.") { Hidden = true };
        command.SetAction(_ =>
        {
            GuestServer.Serve(WarmUps, GuestRun.Run, Console.Out);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>All that <see cref="HostRecording"/> gives a command: what reads an option is compiled, too.</summary>
    private static readonly string[] Usual =
    [
        "--exits", "100", "--events", EventSet.Full.Name, "--seed", "1",
        GuestWords.FactOption, "kernel from=warm-up", GuestWords.FactOption, "boot=warm-up",
    ];

    // One exit that goes through user space and one that does not: between them nearly all code of a recording is compiled.
    private static readonly string[][] WarmUps =
    [
        ["record", "ioeventfd-pio", .. Usual],
        ["record", "pio-out", .. Usual],
    ];
}
