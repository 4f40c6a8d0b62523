using System.Collections.Immutable;
using System.Globalization;
using ExitProf.Linux;

namespace ExitProf.Recording;

/// <summary>Finds the processes of this host that have virtual machines, by what their descriptors are named.</summary>
public static class RunningVms
{
    // virt/kvm/kvm_main.c: anon_inode_getfd("kvm-vm"), "kvm-vcpu:%d".
    private const string VmDescriptor = "anon_inode:kvm-vm";
    private const string VcpuDescriptor = "anon_inode:kvm-vcpu:";

    /// <param name="proc">/proc, or a folder like it.</param>
    /// <exception cref="NoVmException">There is no such process, it has no virtual machine, or it belongs to somebody else.</exception>
    public static RunningVm Find(int pid, string proc = "/proc")
    {
        (RunningVm? vm, int errno) = Read(pid, proc);
        if (vm != null) return vm;
        if (errno is Errno.EPERM or Errno.EACCES) throw NoVmException.OfSomebodyElse(pid, Comm(pid, proc), errno, proc);
        if (errno != 0) throw NoVmException.Gone(pid, errno, proc);
        throw NoVmException.NotOne(pid, Comm(pid, proc), All(proc));
    }

    /// <summary>By the name that its VMM was given, or the name of the process.</summary>
    /// <exception cref="NoVmException">None or several have it.</exception>
    public static RunningVm Find(string name, string proc = "/proc")
    {
        ImmutableArray<RunningVm> all = All(proc);
        ImmutableArray<RunningVm> named = [.. all.Where(vm => vm.Name == name || Comm(vm.Pid, proc) == name)];
        return named.Length == 1 ? named[0] : throw NoVmException.Named(name, named, all);
    }

    /// <summary>All that may be seen, by process id. The machines of this process itself are none.</summary>
    public static ImmutableArray<RunningVm> All(string proc = "/proc") =>
    [
        .. Directory.EnumerateDirectories(proc).Select(Path.GetFileName).Select(Number).OfType<int>()
            .Where(pid => pid != Environment.ProcessId).Order().Select(pid => Read(pid, proc).Vm).OfType<RunningVm>(),
    ];

    /// <summary>The process's threads with their names; none if it is gone.</summary>
    public static IReadOnlyDictionary<int, string> Threads(int pid, string proc = "/proc")
    {
        try
        {
            return Directory.EnumerateDirectories($"{proc}/{pid}/task").Select(Path.GetFileName).Select(Number).OfType<int>()
                .ToDictionary(id => id, id => Sysfs.ReadLine($"{proc}/{pid}/task/{id}/comm") ?? "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Dictionary<int, string>();
        }
    }

    private static (RunningVm? Vm, int Errno) Read(int pid, string proc)
    {
        int machines = 0;
        var vcpus = new SortedSet<int>();
        try
        {
            foreach (string descriptor in Directory.EnumerateFileSystemEntries($"{proc}/{pid}/fd"))
            {
                string? target = Target(descriptor);
                if (target == VmDescriptor) machines++;
                else if (target?.StartsWith(VcpuDescriptor, StringComparison.Ordinal) == true
                    && Number(target[VcpuDescriptor.Length..]) is { } vcpu) vcpus.Add(vcpu);
            }
        }
        catch (DirectoryNotFoundException)
        {
            return (null, Errno.ENOENT);
        }
        catch (UnauthorizedAccessException)
        {
            return (null, Errno.EACCES);
        }
        catch (IOException e)
        {
            return (null, e.HResult & 0xffff);
        }
        return machines + vcpus.Count == 0 ? (null, 0) : (new RunningVm(pid, NameOf(pid, proc), Math.Max(machines, 1), [.. vcpus]), 0);
    }

    /// <summary>A descriptor can be closed while it is looked at.</summary>
    private static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// QEMU: <c>-name guest=NAME,debug-threads=on</c> or <c>-name NAME</c>; Firecracker: <c>--id NAME</c>; crosvm: <c>--name NAME</c>.
    /// </summary>
    private static string NameOf(int pid, string proc)
    {
        string[] arguments = CommandLine(pid, proc);
        int at = Array.FindIndex(arguments, a => a is "-name" or "--name" or "--id");
        if (at < 0 || at + 1 >= arguments.Length) return Comm(pid, proc);
        string[] parts = arguments[at + 1].Split(',');
        string name = parts.FirstOrDefault(p => p.StartsWith("guest=", StringComparison.Ordinal))?["guest=".Length..] ?? parts[0];
        return name.Length > 0 ? name : Comm(pid, proc);
    }

    private static string[] CommandLine(int pid, string proc)
    {
        try
        {
            return File.ReadAllText($"{proc}/{pid}/cmdline").Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Comm(int pid, string proc) => Sysfs.ReadLine($"{proc}/{pid}/comm") ?? "";

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
