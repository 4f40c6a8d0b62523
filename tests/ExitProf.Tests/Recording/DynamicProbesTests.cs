using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Tests.Recording;

/// <summary>
/// The lines that make and remove probes, and what happens where the kernel refuses them. The kernel itself is not asked.
/// </summary>
public sealed class DynamicProbesTests
{
    private const int Eperm = 1, Enoent = 2, Ebusy = 16, Einval = 22;

    private static readonly string[] Created =
    [
        "p:g/bus_write_begin kvm:kvm_io_bus_write",
        "r:g/bus_write_end kvm:kvm_io_bus_write ret=$retval:s32",
        "p:g/bus_read_begin kvm:kvm_io_bus_read",
        "r:g/bus_read_end kvm:kvm_io_bus_read ret=$retval:s32",
        "p:g/vcpu_put_begin kvm:kvm_arch_vcpu_put",
        "r:g/vcpu_put_end kvm:kvm_arch_vcpu_put",
        "p:g/vcpu_load_begin kvm:kvm_arch_vcpu_load",
        "r:g/vcpu_load_end kvm:kvm_arch_vcpu_load",
    ];

    private static readonly string[] Names = [.. Created.Select(c => c[2..].Split(' ')[0])];

    private readonly List<string> written = [];

    [Fact]
    public void Both_ends_of_each_function_are_made_and_removed_one_by_one()
    {
        DynamicProbes probes = Make(_ => 0);
        Assert.Equal(Created, written);
        Assert.Equal(Names, probes.Events);
        Assert.Null(probes.Refusal);
        written.Clear();
        probes.Dispose();
        probes.Dispose();
        Assert.Equal(Names.Select(n => "-:" + n), written);
    }

    [Fact]
    public void Where_kvm_is_built_in_the_functions_have_no_module()
    {
        _ = Make(_ => 0, module: "");
        Assert.Equal(Created.Select(c => c.Replace("kvm:", "", StringComparison.Ordinal)), written);
    }

    [Fact]
    public void Every_probe_is_known_to_the_reader_of_events()
    {
        var formats = Names.Select(
            (name, i) =>
                EventFormat.Parse(
                    $"name: {name.Split('/')[1]}\nID: {i + 1}\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
                        + "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
                )
        );
        var decoder = new KernelEventDecoder(formats);
        var stamps = Enumerable.Range(1, Names.Length).Select(id =>
        {
            Assert.True(decoder.TryStamp([(byte)id, 0, 0, 0, 0, 0, 0, 0], out Stamp stamp));
            Assert.Equal(EventGroups.Probes, stamp.Group());
            return stamp;
        });
        Assert.Equal(
            [
                Stamp.BusWriteBegin,
                Stamp.BusWriteEnd,
                Stamp.BusReadBegin,
                Stamp.BusReadEnd,
                Stamp.VcpuPutBegin,
                Stamp.VcpuPutEnd,
                Stamp.VcpuLoadBegin,
                Stamp.VcpuLoadEnd,
            ],
            stamps
        );
    }

    [Theory]
    [InlineData(Einval, "EINVAL (Invalid argument)")]
    [InlineData(Eperm, "EPERM (Operation not permitted)")]
    public void A_kernel_that_makes_none_is_named_with_the_consequence(int errno, string name)
    {
        DynamicProbes probes = Make(_ => errno);
        Assert.Equal(
            $"write(the list, p kvm_io_bus_write) failed with {name}: there are no probes, pio-search stays an upper bound.",
            probes.Refusal
        );
        Assert.Empty(probes.Events);
        written.Clear();
        probes.Dispose();
        Assert.Empty(written);
    }

    [Fact]
    public void A_function_without_its_return_loses_its_entry_and_the_others_stay()
    {
        DynamicProbes probes = Make(line => line.StartsWith("r:g/vcpu_put", StringComparison.Ordinal) ? Enoent : 0);
        Assert.Equal([.. Names[..4], .. Names[6..]], probes.Events);
        Assert.Contains("-:g/vcpu_put_begin", written);
        Assert.Equal(
            "write(the list, r kvm_arch_vcpu_put) failed with ENOENT (No such file or directory): there are no probes of kvm_arch_vcpu_put, vcpu_put and vcpu_load stay parts of longer steps.",
            probes.Refusal);
    }

    [Fact]
    public void A_bus_that_cannot_be_probed_leaves_its_search_an_upper_bound()
    {
        DynamicProbes probes = Make(line => line.Contains("bus_read", StringComparison.Ordinal) ? Enoent : 0);
        Assert.Equal([.. Names[..2], .. Names[4..]], probes.Events);
        Assert.EndsWith(
            "there are no probes of kvm_io_bus_read, pio-search stays an upper bound.",
            probes.Refusal,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_probe_that_is_still_busy_is_removed_when_it_is_not()
    {
        int refusals = 2;
        DynamicProbes probes = Make(line => line == "-:" + Names[0] && refusals-- > 0 ? Ebusy : 0);
        probes.Dispose();
        Assert.Equal([.. Enumerable.Repeat(Names[0], 3), .. Names[1..]], written.Skip(Created.Length).Select(l => l[2..]));
    }

    [Fact]
    public void The_kernels_list_is_appended_to_and_never_truncated()
    {
        using var tracefs = new TemporaryFolder();
        foreach (string file in (string[])["kprobe_events", "dynamic_events"])
        {
            // Without dynamic_events the older list serves.
            File.WriteAllText(tracefs[file], "p:other/theirs do_sys_open\n");
            using (DynamicProbes probes = DynamicProbes.Create(tracefs.Path)) Assert.Equal(8, probes.Events.Count);
            string[] lines = File.ReadAllLines(tracefs[file]);
            Assert.Equal((17, "p:other/theirs do_sys_open"), (lines.Length, lines[0]));
            string group = lines[1][2..].Split('/')[0];
            Assert.Matches($"^exitprof_{Environment.ProcessId}_[0-9]+_[0-9]+$", group);
            Assert.All(lines[1..9], l => Assert.StartsWith($"{l[0]}:{group}/", l, StringComparison.Ordinal));
            Assert.Equal(Names.Select(n => $"-:{group}{n[1..]}"), lines[9..]);
        }
    }

    [Fact]
    public void Two_recordings_of_one_process_have_groups_of_their_own()
    {
        using var tracefs = new TemporaryFolder();
        File.WriteAllText(tracefs["dynamic_events"], "");
        using DynamicProbes first = DynamicProbes.Create(tracefs.Path), second = DynamicProbes.Create(tracefs.Path);
        Assert.Empty(first.Events.Intersect(second.Events));
    }

    [Fact]
    public void A_list_that_is_missing_or_cannot_be_written_is_a_refusal()
    {
        using var tracefs = new TemporaryFolder();
        Assert.Equal(
            $"write({tracefs["dynamic_events"]}, p kvm_io_bus_write) failed with ENOENT (No such file or directory): there are no probes, pio-search stays an upper bound.",
            Refusal()
        );
        File.CreateSymbolicLink(tracefs["dynamic_events"], "/dev/full");
        Assert.Contains("failed with ENOSPC", Refusal(), StringComparison.Ordinal);
        File.Delete(tracefs["dynamic_events"]);
        Directory.CreateDirectory(tracefs["dynamic_events"]);
        Assert.Contains("failed with EISDIR", Refusal(), StringComparison.Ordinal);

        string? Refusal()
        {
            using DynamicProbes probes = DynamicProbes.Create(tracefs.Path);
            Assert.Empty(probes.Events);
            return probes.Refusal;
        }
    }

    [Fact]
    public void Only_probes_whose_process_is_gone_are_removed_with_the_stale_instances()
    {
        using var tracefs = new TemporaryFolder();
        Directory.CreateDirectory(tracefs["instances"]);
        string[] kept =
        [
            $"p:{ProcessMark.Own}_1/bus_write_begin kvm:kvm_io_bus_write",
            "p:other/theirs do_sys_open",
            "s:synthetic/x u64 a",
            "a line of no known form",
        ];
        string[] stale =
        [
            "p:exitprof_999999999_1_1/bus_write_begin kvm:kvm_io_bus_write",
            $"r:exitprof_{Environment.ProcessId}_1_1/bus_write_end kvm:kvm_io_bus_write ret=$retval:s32",
        ];
        File.WriteAllLines(tracefs["dynamic_events"], [.. kept, .. stale]);
        Assert.Equal(0, TracefsInstance.RemoveStale(tracefs.Path));
        Assert.Equal(
            ["-:exitprof_999999999_1_1/bus_write_begin", $"-:exitprof_{Environment.ProcessId}_1_1/bus_write_end"],
            File.ReadAllLines(tracefs["dynamic_events"])[6..]);
    }

    [Fact]
    public void The_deep_set_has_probes_only_where_they_were_made()
    {
        using var tracefs = new TemporaryFolder();
        Directory.CreateDirectory(tracefs["events/kvm/kvm_exit"]);
        Assert.Equal(EventGroups.Kvm, EventSet.Deep.WithProbes([]).Existing(tracefs.Path).Groups);
        Directory.CreateDirectory(tracefs["events/g/bus_write_begin"]);
        EventSet set = EventSet.Deep.WithProbes(Names).Existing(tracefs.Path);
        Assert.Equal(("deep", EventGroups.Kvm | EventGroups.Probes), (set.Name, set.Groups));
        Assert.Equal(["g/bus_write_begin"], set.Events[EventGroups.Probes]);
        Assert.DoesNotContain(EventGroups.Probes, EventSet.Full.Events.Keys);
    }

    private DynamicProbes Make(Func<string, int> kernel, string module = "kvm:") => new(
        line =>
        {
            written.Add(line);
            return kernel(line);
        },
        "g",
        module,
        "the list");
}
