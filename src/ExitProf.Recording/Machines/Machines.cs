using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// The VMs of a recording, one per combination of settings that cannot be flipped, all kept alive: configurations that differ only in what
/// can be flipped share a VM.
/// </summary>
internal sealed class Machines : IDisposable
{
    private readonly List<IDisposable> owned = [];
    private readonly Kvm kvm;

    /// <param name="plans">At least one.</param>
    /// <param name="apart">True if each configuration is to have a VM of its own, even if they could share one.</param>
    public Machines(Kvm kvm, ModeTrial mode, ImmutableArray<MachinePlan> plans, bool apart = false)
    {
        this.kvm = kvm;
        try
        {
            All = Make(mode, plans, apart);
            EmptyLoops = MakeEmptyLoops(mode);
        }
        catch
        {
            // Nobody has the object yet to dispose of what was made before something was refused.
            Dispose();
            throw;
        }
    }

    /// <summary>The machines of all that runs here, in the state that their scenario is about.</summary>
    /// <inheritdoc cref="Machines(Kvm, ModeTrial, ImmutableArray{MachinePlan}, bool)"/>
    public static Machines WarmedUp(Kvm kvm, HostTrial trial, Vcpus vcpus, bool apart = false)
    {
        var machines = new Machines(kvm, trial.Mode, trial.Plans, apart);
        try
        {
            foreach (Machine machine in machines.All)
            {
                for (int left = machine.Workload.FirstExits; left > 0; left -= machine.MostExits)
                    machine.RunOnce(vcpus, Math.Min(left, machine.MostExits));
            }
        }
        catch
        {
            machines.Dispose();
            throw;
        }
        return machines;
    }

    public ImmutableArray<Machine> All { get; }

    /// <summary>True if all configurations are flipped in one VM.</summary>
    public bool ShareOneVm => All.All(m => m.Guest == All[0].Guest);

    /// <summary>
    /// True if kernel events tell something: a unit of work has thousands of them, and a thread that only makes calls has none in an exit.
    /// Without events the time of those is their own.
    /// </summary>
    public bool HaveEvents =>
        All.All(m => m.Workload.Unit == null) && All.Any(m => m.Call == null && m.Workload.Kind != ExitKind.ProtectedTable);

    /// <summary>
    /// Each configuration's loop without the instruction that exits. An emulated guest spends thousands of cycles on the loop around it,
    /// which are taken off; a native one a few, which are below the clock's grain: there are none then. For units of guest work it is the
    /// work without its exits, in the same VM.
    /// </summary>
    public ImmutableArray<Machine> EmptyLoops { get; }

    public IEnumerable<Machine> WithEmptyLoops => All.Concat(EmptyLoops);

    public void Dispose()
    {
        foreach (IDisposable item in Enumerable.Reverse(owned)) item.Dispose();
    }

    private ImmutableArray<Machine> Make(ModeTrial mode, ImmutableArray<MachinePlan> plans, bool apart)
    {
        var vms = new Dictionary<string, ImmutableArray<Guest>>();
        var all = ImmutableArray.CreateBuilder<Machine>();
        foreach ((SweptConfiguration swept, Workload workload) in plans)
        {
            string key = apart ? $"{all.Count}" : swept.Values.MachineKey;
            if (!vms.TryGetValue(key, out ImmutableArray<Guest> guests))
            {
                guests = MakeVm(GuestProgram.StampedLoop(mode.Mode, workload.Access, workload.Outside), workload);
                vms.Add(key, guests);
            }
            all.Add(new Machine(all.Count, swept.Configuration, workload, guests)
            {
                Companion = Own(workload.Companion?.Invoke(guests[0])),
                Call = Own(workload.Call?.Invoke(guests[0])),
            });
        }
        return all.ToImmutable();
    }

    private ImmutableArray<Machine> MakeEmptyLoops(ModeTrial mode)
    {
        if (All.Any(m => m.Workload.Unit != null))
        {
            return
            [
                .. All.Where(m => m.Workload.Unit is { Exits: > 0 })
                    .Select((m, i) => new Machine(All.Length + i, m.Configuration.EmptyLoop, m.Workload.WithoutExits, [m.Guest])),
            ];
        }
        if (mode.Native || mode.Mode == GuestMode.Real16) return [];
        return [.. All.Where(m => m.Workload.Ends.First == Stamp.GuestBefore).Select(m => MakeEmptyLoop(mode.Mode, m))];
    }

    private Machine MakeEmptyLoop(GuestMode mode, Machine of)
    {
        Workload workload = of.Workload;
        GuestProgram program = workload.Without is { } without
            ? GuestProgram.StampedLoop(mode, without)
            : GuestProgram.EmptyLoop(mode, workload.Access);
        Workload loop = workload with
        {
            Expected = ExpectedExit.None,
            ExpectedOf = null,
            Reads = null,
            Vcpus = 1,
            Work = VmmWork.None,
            Check = null,
        };
        return new Machine(All.Length + of.Index, of.Configuration.EmptyLoop, loop, [MakeGuest(program, workload)]);
    }

    /// <summary>The VM with its first vCPU's guest, and a guest for each further vCPU of it.</summary>
    private ImmutableArray<Guest> MakeVm(GuestProgram program, Workload workload)
    {
        var guests = ImmutableArray.CreateBuilder<Guest>();
        guests.Add(MakeGuest(program, workload));
        for (int i = 1; i < workload.Vcpus; i++)
        {
            guests.Add(Own(new Guest(guests[0], i)));
            workload.PrepareVcpu?.Invoke(guests[i]);
        }
        return guests.ToImmutable();
    }

    private Guest MakeGuest(GuestProgram program, Workload workload)
    {
        Guest guest = Own(new Guest(kvm, program, workload.Devices));
        if (workload.Prepare != null) owned.AddRange(workload.Prepare(guest));
        workload.PrepareVcpu?.Invoke(guest);
        return guest;
    }

    [return: NotNullIfNotNull(nameof(item))]
    private T? Own<T>(T? item) where T : class, IDisposable
    {
        if (item != null) owned.Add(item);
        return item;
    }
}
