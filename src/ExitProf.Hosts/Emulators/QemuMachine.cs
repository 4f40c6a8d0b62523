using System.Text.Json.Nodes;

namespace ExitProf.Hosts;

/// <summary>A running QEMU, which is told what to do by its machine protocol.</summary>
internal sealed class QemuMachine : IDisposable
{
    /// <summary>Said of each of 20 features of the CPU that nothing here uses.</summary>
    private const string Noise = "TCG doesn't support requested feature";

    private readonly EmulatorProcess emulator;
    private readonly QmpClient qmp;

    /// <inheritdoc cref="EmulatorProcess(EmulatorStart, Virtualization, string, PatienceLimits, CancellationToken)"/>
    public QemuMachine(Qemu qemu, IEnumerable<string> arguments, string folder, PatienceLimits limits,
        CancellationToken cancelled)
    {
        string[] fixedArguments = ["-chardev", "stdio,id=qmp,signal=off", "-mon", "chardev=qmp,mode=control", "-serial", "file:"
            + EmulatorProcess.ConsoleFile];
        var start = new EmulatorStart("QEMU", qemu.Program, [.. qemu.Arguments, .. arguments, .. fixedArguments], qemu.Environment, [Noise]);
        emulator = new EmulatorProcess(start, Virtualization.Svm, folder, limits, cancelled);
        try
        {
            qmp = new QmpClient(emulator.Input, emulator.Output, WaitForAnswer);
        }
        catch (QmpException e)
        {
            emulator.HearOut();
            HostException failure = emulator.Failure($"did not start ({e.Message})");
            Dispose();
            throw failure;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public GuestConsole Console => emulator.Console;

    /// <exception cref="QmpException">QEMU refused.</exception>
    public JsonNode? Call(string command, JsonObject? arguments = null)
    {
        try
        {
            return qmp.Call(command, arguments);
        }
        catch (QmpException) when (emulator.Cancelled.IsCancellationRequested)
        {
            throw new OperationCanceledException(emulator.Cancelled);
        }
    }

    /// <inheritdoc cref="EmulatorProcess.WaitFor"/>
    public void WaitFor(Func<GuestConsole, bool> come, Action<HostProgress> progress, PatienceLimits? within = null) =>
        emulator.WaitFor(come, progress, within);

    /// <summary>Waits until a state of QEMU's is over.</summary>
    /// <exception cref="HostException">It never will be.</exception>
    public string WaitWhile(string query, params string[] states)
    {
        Patience patience = emulator.NewPatience();
        while (true)
        {
            string status = Call(query)?["status"]?.ToString() ?? "";
            if (!states.Contains(status)) return status;
            if (patience.IsOver(0) is { } reason) throw emulator.Failure(reason);
            Thread.Sleep(EmulatorProcess.Pause);
        }
    }

    /// <summary>The sentence for a QEMU that refused what it cannot do without.</summary>
    public HostException Refused(QmpException refusal)
    {
        // Its end is seen first by whoever reads its answers.
        bool gone = emulator.WaitForEnd(TimeSpan.FromSeconds(1));
        return emulator.Failure(gone ? emulator.HowItEnded() : $"refused a command of QEMU's ({refusal.Message})");
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
        throw emulator.Failure("has no mailbox: its kernel gave the device no address");
    }

    /// <summary>Ends the machine in good order; <see cref="Dispose"/> ends it in any case.</summary>
    public void Quit()
    {
        try
        {
            Call("quit");
            emulator.WaitForEnd(TimeSpan.FromSeconds(10));
        }
        catch (QmpException)
        {
            // It was quicker than its answer.
        }
    }

    public void Dispose() => emulator.Dispose();

    private void WaitForAnswer(Task answer)
    {
        Patience patience = emulator.NewPatience();
        while (!((IAsyncResult)answer).AsyncWaitHandle.WaitOne(EmulatorProcess.Pause))
        {
            if (patience.IsOver(0) is { } reason) throw emulator.Failure($"does not answer: it {reason}");
        }
    }
}
