using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ExitProf.Hosts;

/// <summary>How an emulator is started.</summary>
/// <param name="Name">In a sentence: "QEMU".</param>
/// <param name="Noise">Lines of its standard error that hold one of these say nothing.</param>
internal sealed record EmulatorStart(
    string Name, string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<string> Noise);

/// <summary>
/// A running emulator and what its guest says. It ends with this object and, where setpriv(1) is, with this thread, even after kill -9.
/// </summary>
internal sealed class EmulatorProcess : IDisposable
{
    /// <summary>The file that the guest's first serial line is written to.</summary>
    public const string ConsoleFile = "console";

    /// <summary>.NET tells the signal that ended a process as a shell does.</summary>
    private const int Signalled = 128;
    private readonly EmulatorStart start;
    private readonly Process process;
    private readonly List<string> errors = [];
    private readonly CancellationTokenRegistration ended;
    private readonly CancellationToken cancelled;
    private readonly PatienceLimits limits;

    /// <param name="folder">Where it runs: its arguments name files relative to it, so that no name needs quoting.</param>
    /// <exception cref="HostException">It did not start.</exception>
    public EmulatorProcess(EmulatorStart start, Virtualization virtualization, string folder, PatienceLimits limits,
        CancellationToken cancelled)
    {
        (this.start, this.limits, this.cancelled) = (start, limits, cancelled);
        // A guest writes there; the file is there before it, so that it can be followed from its first byte.
        File.Create(Path.Combine(folder, ConsoleFile)).Dispose();
        (string program, string[] before) = ToolRun.EndingWithThis(start.Program);
        var what = new ProcessStartInfo(program, [.. before, .. start.Arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach ((string name, string value) in start.Environment) what.Environment[name] = value;
        process = Process.Start(what) ?? throw new HostException($"{start.Program} did not start.");
        process.ErrorDataReceived += (_, e) => Remember(e.Data);
        process.BeginErrorReadLine();
        Console = new GuestConsole(Path.Combine(folder, ConsoleFile), virtualization);
        ended = cancelled.Register(Kill);
    }

    /// <summary>Between two looks at what it does.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(5);

    public GuestConsole Console { get; }

    public StreamWriter Input => process.StandardInput;

    public StreamReader Output => process.StandardOutput;

    /// <summary>Ends it.</summary>
    public CancellationToken Cancelled => cancelled;

    /// <summary>Reads its standard output away: a full pipe would stop it.</summary>
    public void IgnoreOutput() => process.BeginOutputReadLine();

    public Patience NewPatience() => new(start.Name, UsedCpu, TimeProvider.System, limits);

    /// <summary>Follows the guest until something has come.</summary>
    /// <param name="come">Looks at the console, or elsewhere.</param>
    /// <param name="within">When it is given up, where that is not as usual.</param>
    /// <param name="elsewhere">What it has said otherwise than on the console, in bytes; null for nothing.</param>
    /// <exception cref="HostException">It never will: the guest refused, panicked, hangs, or the emulator ended.</exception>
    public void WaitFor(Func<GuestConsole, bool> come, Action<HostProgress> progress, PatienceLimits? within = null,
        Func<long>? elsewhere = null)
    {
        var patience = new Patience(start.Name, UsedCpu, TimeProvider.System, within ?? limits);
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
            if (patience.IsOver(Console.Length, elsewhere?.Invoke() ?? 0) is { } reason) throw Failure(reason);
            if (Console.Progress is { } now && now != shown) progress(shown = now);
            Thread.Sleep(Pause);
        }
    }

    /// <returns>Whether it has ended within the time.</returns>
    public bool WaitForEnd(TimeSpan time) => process.WaitForExit(time);

    public void Dispose()
    {
        ended.Dispose();
        Kill();
        process.WaitForExit();
        process.Dispose();
        Console.Dispose();
    }

    /// <summary>What it says on its standard error arrives on a thread of its own, which may be behind.</summary>
    public void HearOut()
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

    public string HowItEnded()
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
        if (string.IsNullOrWhiteSpace(text) || start.Noise.Any(text.Contains)) return;
        lock (errors)
        {
            if (errors.Count < 10) errors.Add(ConsoleText.Visible(text));
        }
    }

    /// <summary>The sentence for what went wrong, with what it said last.</summary>
    public HostException Failure(string what)
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
