using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A configuration with the VM it runs in and what it does there. Configurations that differ only in what can be flipped share a VM.</summary>
internal sealed record Configured(int Index, Configuration Configuration, Workload Workload, Guest Guest)
{
    /// <summary>Cycles from one exit to the next, as last measured: sizes the next block.</summary>
    public double CyclesPerExit { get; set; }
}

/// <summary>The VMs of a recording, one per combination of settings that cannot be flipped, all kept alive.</summary>
internal sealed class ConfiguredGuests : IDisposable
{
    private readonly List<IDisposable> owned = [];

    public ConfiguredGuests(Kvm kvm, IScenario scenario, GuestMode mode, IReadOnlyList<(Configuration Configuration, SettingValues Values)> sweep)
    {
        var guests = new Dictionary<string, Guest>();
        var all = new List<Configured>();
        foreach ((Configuration configuration, SettingValues values) in sweep)
        {
            Workload workload = scenario.Workload(mode, values);
            if (!guests.TryGetValue(values.MachineKey, out Guest? guest))
            {
                guest = new Guest(kvm, workload.Program);
                owned.Add(guest);
                guests.Add(values.MachineKey, guest);
                if (workload.Prepare != null) owned.AddRange(workload.Prepare(guest));
            }
            all.Add(new Configured(all.Count, configuration, workload, guest));
        }
        All = all;
    }

    public IReadOnlyList<Configured> All { get; }

    public void Dispose()
    {
        foreach (IDisposable item in Enumerable.Reverse(owned)) item.Dispose();
    }
}
