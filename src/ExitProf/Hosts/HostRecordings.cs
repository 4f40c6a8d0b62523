using ExitProf.Hosts;
using ExitProf.Recording;

namespace ExitProf;

/// <summary>
/// Many recordings in an emulated host, each what <c>exitprof record</c> gives for the same settings: each in a copy of the kept machine,
/// or all in one boot.
/// </summary>
internal sealed class HostRecordings(EmulatedHost host, IReadOnlyList<PlannedRecording> plan, CommandConsole console)
{
    private readonly ProgressLine progress = new(console);
    private int ended;
    private long exitsBefore;
    private long exits;

    /// <param name="done">Takes why there is none of a recording, as soon as it has ended; empty if it was made.</param>
    /// <exception cref="HostException">No machine could be booted.</exception>
    /// <exception cref="GuestRefusedException">A recording failed by a bug.</exception>
    public void Make(Action<string> done)
    {
        try
        {
            while (ended < plan.Count) MakeRest(done);
        }
        finally
        {
            progress.Clear();
        }
    }

    private void MakeRest(Action<string> done)
    {
        int first = ended;
        try
        {
            host.RunAll([.. plan.Skip(first).Select(p => HostRecording.Command(host, p.Options))], Show, result => End(Take(result)));
        }
        catch (HostException e) when (host.IsKept || ended > first)
        {
            // The machine is gone, by what this recording did: the others have another one.
            End(e.Message);
            if (!host.IsKept && ended < plan.Count) console.Note($"exitprof: {e.Message} It is booted again for the other recordings.");
        }
        catch (HostException e) when (first > 0)
        {
            // Booting for minutes again and again would end alike.
            while (ended < plan.Count) End(e.Message);
        }

        void End(string reason)
        {
            (ended, exitsBefore, exits) = (ended + 1, exitsBefore + exits, 0);
            progress.Clear();
            done(reason);
        }
    }

    /// <returns>Why there is no trace; empty if there is.</returns>
    private string Take(HostResult result)
    {
        try
        {
            HostRecording.Save(host, result, plan[ended].File);
            return "";
        }
        catch (GuestRefusedException e) when (e.ExitCode is ExitCode.World or ExitCode.Usage)
        {
            return e.Message;
        }
        catch (HostException e)
        {
            return e.Message;
        }
    }

    private void Show(HostProgress now)
    {
        exits = now.Exits;
        string which = $"{ended + 1}/{plan.Count} {plan[ended].Options.Scenario.Name}: ";
        progress.Report(new RecordingProgress((ended + now.Share) / plan.Count, which + now.Doing, exitsBefore + exits));
    }
}
