using System.CommandLine;
using ExitProf.Hosts;

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

    // One exit that goes through user space and one that does not: between them nearly all code of a recording is compiled.
    private static readonly string[][] WarmUps =
    [
        ["record", "pio-out", "--exits", "100", "--seed", "1"],
        ["record", "ioeventfd-pio", "--exits", "100", "--seed", "1"],
    ];
}
