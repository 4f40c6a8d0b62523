namespace ExitProf.Recording;

/// <summary>
/// The two sides' VMs. Where they share one, it is kept. Where each has its own, both are made anew from time to time: two VMs that are made alike may
/// still differ by where their memory lies, and over many of them that is noise and no shift.
/// </summary>
internal sealed class InterleavedGuests(Func<ConfiguredGuests> make) : IDisposable
{
    public ConfiguredGuests Current { get; private set; } = make();

    /// <summary>Makes the VMs anew unless both sides share one.</summary>
    public void Renew()
    {
        if (Current.OneMachine) return;
        ConfiguredGuests before = Current;
        before.Dispose();
        Current = make();
        foreach ((Configured configured, Configured known) in Current.WithEmptyLoops.Zip(before.WithEmptyLoops)) configured.GoOn(known);
    }

    public void Dispose() => Current.Dispose();
}
