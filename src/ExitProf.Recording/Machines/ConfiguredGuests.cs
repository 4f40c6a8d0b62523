using System.Collections.Immutable;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// The VMs of a recording, one per combination of settings that cannot be flipped, all kept alive: configurations that differ only in what can be
/// flipped share a VM.
/// </summary>
internal sealed class ConfiguredGuests : IDisposable
{
    private readonly List<IDisposable> owned = [];
    private readonly Kvm kvm;

    /// <param name="sweep">At least one.</param>
    /// <param name="apart">True if each configuration is to have a VM of its own, even if they could share one.</param>
    public ConfiguredGuests(Kvm kvm, IScenario scenario, ModeProbe mode, ImmutableArray<(Configuration Configuration, SettingValues Values)> sweep, bool apart = false)
    {
        this.kvm = kvm;
        try
        {
            All = Configure(scenario, mode, sweep, apart);
            EmptyLoops = MakeEmptyLoops(mode);
        }
        catch
        {
            // Nobody has the object yet to dispose of what was made before something was refused.
            Dispose();
            throw;
        }
    }

    public ImmutableArray<Configured> All { get; }

    /// <summary>True if all configurations are flipped in one VM.</summary>
    public bool OneMachine => All.All(c => c.Guest == All[0].Guest);

    /// <summary>
    /// Each configuration's loop without the instruction that exits. An emulated guest spends thousands of cycles on the loop around it, which are
    /// taken off; a native one a few, which are below the clock's grain: there are none then. Of units of guest work it is the work without its exits,
    /// in the same VM.
    /// </summary>
    public ImmutableArray<Configured> EmptyLoops { get; }

    public IEnumerable<Configured> WithEmptyLoops => All.Concat(EmptyLoops);

    public void Dispose()
    {
        foreach (IDisposable item in Enumerable.Reverse(owned)) item.Dispose();
    }

    private ImmutableArray<Configured> Configure(IScenario scenario, ModeProbe mode, ImmutableArray<(Configuration Configuration, SettingValues Values)> sweep, bool apart)
    {
        var machines = new Dictionary<string, ImmutableArray<Guest>>();
        var all = ImmutableArray.CreateBuilder<Configured>();
        foreach ((Configuration configuration, SettingValues values) in sweep)
        {
            Workload workload = scenario.Workload(mode.Mode, values);
            string key = apart ? $"{all.Count}" : values.MachineKey;
            if (!machines.TryGetValue(key, out ImmutableArray<Guest> guests))
            {
                guests = MakeAll(GuestProgram.StampedLoop(mode.Mode, workload.Access, workload.Outside), workload);
                machines.Add(key, guests);
            }
            Guest guest = guests[0];
            all.Add(new Configured(all.Count, configuration, workload, guests, [.. guests.Select(g => Expected(workload, g))], Own(workload.Companion?.Invoke(guest)), Own(workload.Call?.Invoke(guest))));
        }
        return all.ToImmutable();
    }

    private ImmutableArray<Configured> MakeEmptyLoops(ModeProbe mode)
    {
        if (All.Any(c => c.Workload.Unit != null)) return [.. All.Where(c => c.Workload.Unit is { Exits: > 0 }).Select((c, i) => WithoutExits(c, All.Length + i))];
        if (mode.Native || mode.Mode == GuestMode.Real16) return [];
        return [.. All.Where(c => c.Workload.Ends.First == Stamp.GuestBefore).Select(c => MakeEmptyLoop(mode.Mode, c))];
    }

    private Guest Make(GuestProgram program, Workload workload)
    {
        var guest = new Guest(kvm, program, workload.Devices);
        owned.Add(guest);
        if (workload.Prepare != null) owned.AddRange(workload.Prepare(guest));
        workload.PrepareVcpu?.Invoke(guest);
        return guest;
    }

    /// <summary>The VM, and a guest for each further vCPU of it.</summary>
    private ImmutableArray<Guest> MakeAll(GuestProgram program, Workload workload)
    {
        var guests = ImmutableArray.CreateBuilder<Guest>();
        guests.Add(Make(program, workload));
        for (int i = 1; i < workload.Vcpus; i++)
        {
            var guest = new Guest(guests[0], i);
            owned.Add(guest);
            workload.PrepareVcpu?.Invoke(guest);
            guests.Add(guest);
        }
        return guests.ToImmutable();
    }

    private static ExpectedExit Expected(Workload workload, Guest guest)
    {
        ExpectedExit expected = workload.ExpectedOf?.Invoke(guest) ?? workload.Expected;
        return workload.Reads?.Invoke(guest) is { } answer ? expected with { Answer = answer } : expected;
    }

    private static Configured WithoutExits(Configured of, int index)
    {
        Workload workload = of.Workload.WithoutExits;
        return new Configured(index, of.Configuration.EmptyLoop, workload, [of.Guest], [Expected(workload, of.Guest)], null, null);
    }

    private Configured MakeEmptyLoop(GuestMode mode, Configured of)
    {
        Workload workload = of.Workload;
        GuestProgram program = workload.Without is { } without ? GuestProgram.StampedLoop(mode, without) : GuestProgram.EmptyLoop(mode, workload.Access);
        Guest guest = Make(program, workload);
        return new Configured(All.Length + of.Index, of.Configuration.EmptyLoop, workload with { Expected = ExpectedExit.None, ExpectedOf = null, Vcpus = 1, Work = DeviceWork.None, Check = null }, [guest], [ExpectedExit.None], null, null);
    }

    private T? Own<T>(T? item) where T : class, IDisposable
    {
        if (item != null) owned.Add(item);
        return item;
    }
}
