namespace ExitProf.Hosts;

/// <summary>
/// The work of exitprof inside an emulated host: it warms up, waits in the mailbox, runs what comes, hands back what came of it.
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
            using GuestMailbox mailbox = GuestMailbox.Open();
            foreach (string[] command in warmUps)
            {
                HostResult result = run(command, progress);
                if (result.ExitCode != 0) throw new HostException(result.Error.Trim());
            }
            // What is garbage now would be in each restored copy.
            GC.Collect();
            mailbox.SayReady();
            Say(console, GuestConsole.ReadyLine);
            while (true)
            {
                byte[] results = run(mailbox.WaitForCommand(), progress).Encode();
                if (results.Length > MailboxLayout.MostContents) throw new HostException($"the results have {results.Length / 1e6:F0} "
                    + $"MB and the mailbox takes {MailboxLayout.MostContents / 1e6:F0}: record fewer exits");
                mailbox.Put(results);
                Say(console, GuestConsole.ResultsLine(results.Length));
            }
        }
        catch (Exception e) when (e is HostException or IOException or UnauthorizedAccessException)
        {
            Say(console, GuestConsole.RefusedLine(e.Message));
            // Process 1 must not end: the kernel would panic, and the host shall read this line and not that.
            Thread.Sleep(Timeout.Infinite);
        }
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
