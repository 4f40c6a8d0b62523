namespace ExitProf.Traces;

/// <summary>Kernel trace events that are switched on and off together, so that the cost of each group can be measured.</summary>
[Flags]
public enum EventGroups : byte
{
    None = 0,
    Kvm = 1,
    Rcu = 2,
    RawSyscalls = 4,
    Msr = 8,
    Probes = 16,
}

public static class EventGroupsNames
{
    /// <summary>"none", "kvm", "kvm+rcu+raw_syscalls" ...</summary>
    public static string Name(this EventGroups groups)
    {
        if (groups == EventGroups.None) return "none";
        var names = new List<string>();
        if (groups.HasFlag(EventGroups.Kvm)) names.Add("kvm");
        if (groups.HasFlag(EventGroups.Rcu)) names.Add("rcu");
        if (groups.HasFlag(EventGroups.RawSyscalls)) names.Add("raw_syscalls");
        if (groups.HasFlag(EventGroups.Msr)) names.Add("msr");
        if (groups.HasFlag(EventGroups.Probes)) names.Add("probes");
        return string.Join('+', names);
    }

    /// <summary>Each group of the set, alone.</summary>
    public static IEnumerable<EventGroups> Each(this EventGroups groups)
    {
        for (int bit = 1; bit <= (int)EventGroups.Probes; bit <<= 1)
        {
            if (((int)groups & bit) != 0) yield return (EventGroups)bit;
        }
    }
}
