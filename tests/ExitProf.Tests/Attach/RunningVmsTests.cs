using ExitProf.Recording;

namespace ExitProf.Tests.Attach;

/// <summary>Which processes have virtual machines, what they are called, and which of their threads may be vCPUs.</summary>
public sealed class RunningVmsTests
{
    private static readonly string[] Qemu = ["qemu-system-x86_64", "-name", "guest=web,debug-threads=on", "-m", "64"];

    [Fact]
    public void A_machine_is_found_by_its_descriptors_and_named_by_its_VMM()
    {
        using FakeProc proc = new FakeProc()
            .Process(10, "bash", ["bash"], "/dev/null", "pipe:[1]")
            .Process(20, "qemu-system-x86", Qemu, "/dev/kvm", "anon_inode:kvm-vm", "anon_inode:kvm-vcpu:1", "anon_inode:kvm-vcpu:0")
            .Process(30, "firecracker", ["firecracker", "--id", "fc-1"], "anon_inode:kvm-vm", "anon_inode:kvm-vcpu:0")
            .Process(40, "own-vmm", ["own-vmm"], "anon_inode:kvm-vm", "anon_inode:kvm-vm");

        Assert.Equal([20, 30, 40], RunningVms.All(proc.Path).Select(vm => vm.Pid));
        RunningVm vm = RunningVms.Find(20, proc.Path);
        Assert.Equal("web", vm.Name);
        Assert.Equal(1, vm.Machines);
        Assert.Equal([0, 1], vm.Vcpus);
        Assert.Equal(30, RunningVms.Find("fc-1", proc.Path).Pid);
        Assert.Equal(2, RunningVms.Find("own-vmm", proc.Path).Machines);
    }

    [Fact]
    public void A_process_without_a_machine_is_refused_with_those_that_run()
    {
        using FakeProc proc = new FakeProc().Process(10, "bash", ["bash"], "/dev/null").Process(20, "qemu", Qemu, "anon_inode:kvm-vm");
        string message = Assert.Throws<NoVmException>(() => RunningVms.Find(10, proc.Path)).Message;
        Assert.Equal("Process 10 (bash) is no virtual machine: none of its descriptors is anon_inode:kvm-vm. These run: 20 (web).", message);
        Assert.Contains("ENOENT", Assert.Throws<NoVmException>(() => RunningVms.Find(11, proc.Path)).Message);
    }

    [Fact]
    public void A_name_that_none_or_several_have_is_refused()
    {
        using FakeProc proc = new FakeProc().Process(20, "qemu", Qemu, "anon_inode:kvm-vm").Process(21, "qemu", Qemu, "anon_inode:kvm-vm");
        Assert.Equal(
            "2 virtual machines are named 'web': give the process id of one (20, 21), or --all.",
            Assert.Throws<NoVmException>(() => RunningVms.Find("web", proc.Path)).Message
        );
        Assert.StartsWith(
            "No virtual machine is named 'db'. These run: 20 (web), 21 (web).",
            Assert.Throws<NoVmException>(() => RunningVms.Find("db", proc.Path)).Message
        );
    }

    [Fact]
    public void Threads_named_like_vCPUs_are_followed_and_one_that_is_plugged_in_too()
    {
        using FakeProc proc = new FakeProc().Process(20, "qemu", Qemu, "anon_inode:kvm-vm", "anon_inode:kvm-vcpu:0")
            .Thread(20, 20, "qemu").Thread(20, 21, "CPU 0/KVM").Thread(20, 22, "worker");
        var threads = new FollowedThreads([RunningVms.Find(20, proc.Path)], proc.Path);
        Assert.Equal([21], threads.Refresh().Select(t => t.Id));
        Assert.Empty(threads.Refresh());
        proc.Thread(20, 23, "CPU 1/KVM");
        var found = Assert.Single(threads.Refresh());
        Assert.Equal((23, "CPU 1/KVM"), (found.Id, found.Name));
        Assert.True(threads.AnyRuns);
        proc.Remove(20);
        Assert.Empty(threads.Refresh());
        Assert.False(threads.AnyRuns);
        Assert.Equal("web", Assert.Single(threads.Ended).Name);
    }

    [Fact]
    public void Where_names_do_not_tell_all_threads_are_followed()
    {
        using FakeProc proc = new FakeProc().Process(40, "own", ["own"], "anon_inode:kvm-vm", "anon_inode:kvm-vcpu:0")
            .Thread(40, 40, "own").Thread(40, 41, ".NET TP Worker");
        var threads = new FollowedThreads([RunningVms.Find(40, proc.Path)], proc.Path);
        Assert.Equal([40, 41], threads.Refresh().Select(t => t.Id));
    }
}
