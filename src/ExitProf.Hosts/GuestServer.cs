using ExitProf.Linux;

namespace ExitProf.Hosts;

/// <summary>
/// The work of exitprof inside an emulated host: it warms up, waits in the mailbox, runs what comes, hands back what came of it. In a
/// machine that is booted for its commands it runs those.
/// </summary>
public static class GuestServer
{
    /// <param name="warmUps">Commands that are run before the machine is kept, so that their code is compiled and their files are
    /// read.</param>
    /// <param name="run">Runs a command; its results must not depend on anything but its arguments.</param>
    /// <param name="console">The guest's console.</param>
    public static void Serve(IEnumerable<string[]> warmUps, Func<string[], IProgress<HostProgress>, HostResult> run, TextWriter console)
    {
        var progress = new ConsoleProgress(console);
        try
        {
            if (BootCommands.AreHere) RunList(run, progress, console);
            using GuestMailbox mailbox = GuestMailbox.Open();
            foreach (string[] command in warmUps)
            {
                mailbox.Deliver(command);
                HostResult result = Answer(mailbox, run, progress, TextWriter.Null);
                if (result.ExitCode != 0) throw new HostException(result.Error.Trim());
            }
            // What is garbage now would be in each restored copy.
            GC.Collect();
            mailbox.SayReady();
            Say(console, GuestConsole.ReadyLine);
            while (true) Answer(mailbox, run, progress, console);
        }
        catch (Exception e) when (e is HostException or SystemCallException or IOException or UnauthorizedAccessException)
        {
            Say(console, GuestConsole.RefusedLine(e.Message));
            // Process 1 must not end: the kernel would panic, and the host shall read this line and not that.
            Thread.Sleep(Timeout.Infinite);
        }
    }

    /// <summary>A machine that nobody restores needs no warm-up, and ends when the outer machine has all results.</summary>
    private static void RunList(
        Func<string[], IProgress<HostProgress>, HostResult> run, IProgress<HostProgress> progress, TextWriter console)
    {
        if (!File.Exists(BootCommands.ResultsLine)) throw new HostException(
            $"its kernel has no {BootCommands.ResultsLine} (CONFIG_SERIAL_8250_RUNTIME_UARTS is below 2): name another with --kernel");
        using FileStream line = SerialLine.OpenForWriting(BootCommands.ResultsLine);
        Say(console, GuestConsole.ReadyLine);
        foreach (string[] command in BootCommands.Read()) line.Write(BootCommands.Encode(run(command, progress)));
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Does what comes in the mailbox. Warm-ups come that way too: what is compiled later is compiled in each restored copy, and
    /// the compiler alone is a third of the code that such a copy would run.</summary>
    private static HostResult Answer(GuestMailbox mailbox, Func<string[], IProgress<HostProgress>, HostResult> run,
        IProgress<HostProgress> progress, TextWriter console)
    {
        HostResult result = run(mailbox.WaitForCommand(), progress);
        byte[] encoded = result.Encode();
        if (encoded.Length > MailboxLayout.MostContents) throw new HostException($"the results have {encoded.Length / 1e6:F0} "
            + $"MB and the mailbox takes {MailboxLayout.MostContents / 1e6:F0}: record fewer exits");
        mailbox.Put(encoded);
        Say(console, GuestConsole.ResultsLine(encoded.Length));
        return result;
    }

    private static void Say(TextWriter console, string line)
    {
        console.Write(line + "\n");
        console.Flush();
    }

    private sealed class ConsoleProgress(TextWriter console) : IProgress<HostProgress>
    {
        public void Report(HostProgress value) => Say(console, GuestConsole.ProgressLine(value));
    }
}
