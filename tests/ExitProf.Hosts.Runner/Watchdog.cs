using System.Diagnostics;

namespace ExitProf.Hosts.Runner;

/// <summary>Ends the whole list, by killing this process, when one command takes too long: its thread may be beyond asking.</summary>
internal sealed class Watchdog : IDisposable
{
    private readonly TimeSpan limit;
    private readonly TextWriter console;
    private readonly object gate = new();
    private string? watched;
    private long since;
    private bool disposed;

    /// <param name="limit">By the guest's clock.</param>
    /// <param name="console">Is told which command it was.</param>
    public Watchdog(TimeSpan limit, TextWriter console)
    {
        this.limit = limit;
        this.console = console;
        new Thread(Guard) { IsBackground = true, Name = "watchdog" }.Start();
    }

    public void Watch(string name) => Set(name);

    public void Rest() => Set(null);

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            Monitor.Pulse(gate);
        }
    }

    private void Set(string? name)
    {
        lock (gate)
        {
            watched = name;
            since = Stopwatch.GetTimestamp();
            Monitor.Pulse(gate);
        }
    }

    private void Guard()
    {
        lock (gate)
        {
            while (!disposed)
            {
                if (watched == null)
                {
                    Monitor.Wait(gate);
                    continue;
                }
                TimeSpan left = limit - Stopwatch.GetElapsedTime(since);
                if (left > TimeSpan.Zero)
                {
                    Monitor.Wait(gate, left);
                    continue;
                }
                console.WriteLine($"LIST: stopped: '{watched}' did not end within {limit.TotalSeconds:0} s of the guest's clock");
                Process.GetCurrentProcess().Kill();
            }
        }
    }
}
