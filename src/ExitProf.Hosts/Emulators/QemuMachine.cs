using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ExitProf.Hosts;

/// <summary>A running QEMU. It ends with this object and, where setpriv(1) is, with this thread, even after kill -9.</summary>
internal sealed class QemuMachine : IDisposable
{
    private const string ConsoleFile = "console";

    /// <summary>.NET tells the signal that ended a process as a shell does.</summary>
    private const int Signalled = 128;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private readonly Process process;
    private readonly QmpClient qmp;
    private readonly List<string> errors = [];
    private readonly CancellationTokenRegistration ended;
    private readonly CancellationToken cancelled;
    private readonly PatienceLimits limits;

    /// <param name="folder">Where it runs: its arguments name files relative to it, so that no name needs quoting.</param>
    /// <exception cref="HostException">It did not start.</exception>
    public QemuMachine(Qemu qemu, IEnumerable<string> arguments, string folder, PatienceLimits limits,
        CancellationToken cancelled)
    {
        (this.limits, this.cancelled) = (limits, cancelled);
        // A guest writes there; the file is there before it, so that it can be followed from its first byte.
        File.Create(Path.Combine(folder, ConsoleFile)).Dispose();
        (string program, string[] before) = ToolRun.EndingWithThis(qemu.Program);
        string[] fixedArguments = ["-chardev", "stdio,id=qmp,signal=off", "-mon", "chardev=qmp,mode=control", "-serial", "file:"
            + ConsoleFile];
        var start = new ProcessStartInfo(program, [.. before, .. qemu.Arguments, .. arguments, .. fixedArguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach ((string name, string value) in qemu.Environment) start.Environment[name] = value;
        process = Process.Start(start) ?? throw new HostException($"{qemu.Program} did not start.");
        process.ErrorDataReceived += (_, e) => Remember(e.Data);
        process.BeginErrorReadLine();
        Console = new GuestConsole(Path.Combine(folder, ConsoleFile));
        ended = cancelled.Register(Kill);
        try
        {
            qmp = new QmpClient(process.StandardInput, process.StandardOutput, WaitForAnswer);
        }
        catch (QmpException e)
        {
            HearOut();
            HostException failure = Failure($"did not start ({e.Message})");
            Dispose();
            throw failure;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public GuestConsole Console { get; }

    /// <exception cref="QmpException">QEMU refused.</exception>
    public JsonNode? Call(string command, JsonObject? arguments = null)
    {
        try
        {
            return qmp.Call(command, arguments);
        }
        catch (QmpException) when (cancelled.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancelled);
        }
    }

    /// <summary>Follows the guest until something has come.</summary>
    /// <param name="come">Looks at the console.</param>
    /// <param name="within">When it is given up, where that is not as usual.</param>
    /// <exception cref="HostException">It never will: the guest refused, panicked, hangs, or QEMU ended.</exception>
    public void WaitFor(Func<GuestConsole, bool> come, Action<HostProgress> progress, PatienceLimits? within = null)
    {
        var patience = new Patience(UsedCpu, TimeProvider.System, within ?? limits);
        HostProgress? shown = null;
        while (true)
        {
            // Ended is asked first: what it said last is then read below.
            bool gone = process.HasExited;
            Console.Read();
            if (Console.Failure is { } failure) throw Failure($"stopped, because {failure}");
            if (come(Console)) return;
            cancelled.ThrowIfCancellationRequested();
            if (gone) throw Failure(HowItEnded());
            if (patience.IsOver(Console.Length) is { } reason) throw Failure(reason);
            if (Console.Progress is { } now && now != shown) progress(shown = now);
            Thread.Sleep(Pause);
        }
    }

    /// <summary>Waits until a state of QEMU's is over.</summary>
    /// <exception cref="HostException">It never will be.</exception>
    public string WaitWhile(string query, params string[] states)
    {
        var patience = new Patience(UsedCpu, TimeProvider.System, limits);
        while (true)
        {
            string status = Call(query)?["status"]?.ToString() ?? "";
            if (!states.Contains(status)) return status;
            if (patience.IsOver(0) is { } reason) throw Failure(reason);
            Thread.Sleep(Pause);
        }
    }

    /// <summary>The sentence for a QEMU that refused what it cannot do without.</summary>
    public HostException Refused(QmpException refusal)
    {
        // Its end is seen first by whoever reads its answers.
        bool gone = process.WaitForExit(TimeSpan.FromSeconds(1));
        return Failure(gone ? HowItEnded() : $"refused a command of QEMU's ({refusal.Message})");
    }

    /// <summary>Writes guest memory to a file of the folder.</summary>
    public void SaveMemory(ulong address, long bytes, string file) =>
        Call("pmemsave", new JsonObject { ["val"] = address, ["size"] = bytes, ["filename"] = file });

    /// <returns>Where the guest has the mailbox.</returns>
    /// <exception cref="HostException">The guest has not given it an address.</exception>
    public ulong MailboxAddress()
    {
        foreach (JsonNode? bus in Call("query-pci")!.AsArray())
        {
            foreach (JsonNode? device in bus!["devices"]!.AsArray())
            {
                if (device!["id"]!["vendor"]!.GetValue<int>() != MailboxLayout.Vendor
                    || device["id"]!["device"]!.GetValue<int>() != MailboxLayout.Device) continue;
                JsonNode? region = device["regions"]!.AsArray().FirstOrDefault(r => r!["bar"]!.GetValue<int>() == MailboxLayout.Bar);
                if (region != null) return region["address"]!.GetValue<ulong>();
            }
        }
        throw Failure("has no mailbox: its kernel gave the device no address");
    }

    /// <summary>Ends the machine in good order; <see cref="Dispose"/> ends it in any case.</summary>
    public void Quit()
    {
        try
        {
            Call("quit");
            process.WaitForExit(TimeSpan.FromSeconds(10));
        }
        catch (QmpException)
        {
            // It was quicker than its answer.
        }
    }

    public void Dispose()
    {
        ended.Dispose();
        Kill();
        process.WaitForExit();
        process.Dispose();
        Console.Dispose();
    }

    private void WaitForAnswer(Task answer)
    {
        var patience = new Patience(UsedCpu, TimeProvider.System, limits);
        while (!((IAsyncResult)answer).AsyncWaitHandle.WaitOne(Pause))
        {
            if (patience.IsOver(0) is { } reason) throw Failure($"does not answer: it {reason}");
        }
    }

    /// <summary>What it says on its standard error arrives on a thread of its own, which may be behind.</summary>
    private void HearOut()
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            process.WaitForExitAsync(enough.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // It lives, or a child of it does.
        }
    }

    private bool WasKilled => process is { HasExited: true, ExitCode: > Signalled };

    private string HowItEnded()
    {
        HearOut();
        const int Killed = 9;
        int status = process.ExitCode;
        if (status <= Signalled) return string.Create(CultureInfo.InvariantCulture, $"ended with status {status}");
        string remedy = status == Signalled + Killed ? "; where memory ran out, make 0.7 GB free" : "";
        return string.Create(CultureInfo.InvariantCulture, $"was ended by signal {status - Signalled}{remedy}");
    }

    private TimeSpan UsedCpu()
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has just ended, or ends at this moment; whoever waits for it sees that next.
            return TimeSpan.Zero;
        }
    }

    private void Kill()
    {
        if (!process.HasExited) process.Kill();
    }

    private void Remember(string? text)
    {
        // "TCG doesn't support requested feature" is said of each of 20 features of the CPU that nothing here uses.
        if (string.IsNullOrWhiteSpace(text) || text.Contains("TCG doesn't support requested feature", StringComparison.Ordinal)) return;
        lock (errors)
        {
            if (errors.Count < 10) errors.Add(ConsoleText.Visible(text));
        }
    }

    private HostException Failure(string what)
    {
        string[] said;
        lock (errors)
            said = [.. Console?.Last(5) ?? [], .. errors.TakeLast(2)];
        return new HostException(
            string.Create(CultureInfo.InvariantCulture, $"The emulated host {what}.")
                + (
                    said.Length > 0 ? $" It said last: {string.Join(" | ", said).TrimEnd('.')}."
                    : Console is { Up: true } or { Failure: not null } || WasKilled ? ""
                    : " It said nothing: its kernel may have no console on a serial line (CONFIG_SERIAL_8250_CONSOLE)."
                )
        );
    }
}
