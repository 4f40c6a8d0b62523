namespace ExitProf.Recording;

/// <summary>
/// The threads of virtual machines whose events are recorded. Where as many threads are named like vCPUs as there are vCPUs, it is those;
/// else all of the process: only its vCPUs make exits, and nothing else says which they are.
/// </summary>
/// <param name="proc">/proc, or a folder like it.</param>
internal sealed class FollowedThreads(IReadOnlyList<RunningVm> machines, string proc = "/proc")
{
    private readonly HashSet<int> followed = [];
    private readonly HashSet<int> ended = [];

    /// <summary>Machines whose process is gone.</summary>
    public IEnumerable<RunningVm> Ended => machines.Where(m => ended.Contains(m.Pid));

    public bool AnyRuns => ended.Count < machines.Count;

    /// <summary>Looks at the processes again.</summary>
    /// <returns>Threads that were not there before.</returns>
    public IReadOnlyList<(int Id, RunningVm Machine, string Name)> Refresh()
    {
        var found = new List<(int, RunningVm, string)>();
        foreach (RunningVm machine in machines)
        {
            if (ended.Contains(machine.Pid)) continue;
            IReadOnlyDictionary<int, string> threads = RunningVms.Threads(machine.Pid, proc);
            if (threads.Count == 0)
            {
                ended.Add(machine.Pid);
                continue;
            }
            List<int> named = [.. threads.Where(t => IsVcpuName(t.Value)).Select(t => t.Key)];
            // A vCPU that is plugged in has a new thread: by its name it is known at once.
            IEnumerable<int> wanted = named.Count > 0 && named.Count >= machine.Vcpus.Length ? named : threads.Keys;
            found.AddRange(wanted.Where(followed.Add).Order().Select(id => (id, machine, threads[id])));
        }
        return found;
    }

    /// <summary>QEMU: "CPU 0/KVM"; Firecracker: "fc_vcpu 0"; Cloud Hypervisor: "vcpu0"; crosvm: "crosvm_vcpu0".</summary>
    private static bool IsVcpuName(string name) =>
        name.StartsWith("CPU ", StringComparison.Ordinal) && name.EndsWith("/KVM", StringComparison.Ordinal)
        || name.Contains("vcpu", StringComparison.Ordinal);
}
