using ExitProf.Traces;

namespace ExitProf.Tests.Ftrace;

public sealed class HostSampleTests
{
    public static TheoryData<string> Folders => HostSample.Folders();

    [Theory]
    [MemberData(nameof(Folders))]
    public void Pages_hold_the_events_that_the_kernel_prints(string folder)
    {
        var sample = HostSample.Load(folder);
        var events = sample.Decode();
        Assert.NotEmpty(events);
        Assert.True(events.Zip(events.Skip(1)).All(p => p.First.Event.Tsc <= p.Second.Event.Tsc), "Time goes backwards.");
        Assert.Single(events.Select(e => e.Event.Pid).Distinct());
        if (sample.Text is null) return;
        Assert.Equal(sample.Text, events.Select(e => (e.Event.Tsc, e.Name)));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Exits_have_the_sequence_that_was_measured_on_the_host(string folder)
    {
        var sample = HostSample.Load(folder);
        var exits = sample.Exits();
        var expected = HostScenario.Of(sample.Backend, sample.Scenario);
        if (expected is null)
        {
            Assert.All(exits.Where(e => e.HasExit && e.HasEntry), e => Assert.Equal(ExitKind.Unknown, e.Kind));
            return;
        }
        var mine = exits.Where(e => e.HasExit && e.HasEntry && e.Kind == expected.Kind).ToList();
        Assert.True(mine.Count >= 20, $"{mine.Count} exits of kind {expected.Kind.Name()}.");
        // VMX maps an MMIO page at its first touch: that one exit is an EPT_VIOLATION with a page fault, the others are EPT_MISCONFIG
        // without.
        int first = mine.RemoveAll(e =>
            e.Reason == "EPT_VIOLATION"
            && e.Text == expected.Signature.Replace("kvm_exit ", "kvm_exit kvm_page_fault ", StringComparison.Ordinal)
        );
        Assert.InRange(first, 0, 1);
        int alike = mine.Count(e =>
            e.Text == expected.Signature
            && e.Destination == expected.Destination
            && e.KvmExit == expected.KvmExit
            && e.Reason == expected.Reason
        );
        Assert.True(
            alike >= 0.97 * mine.Count,
            $"{alike} of {mine.Count}; first other: {mine.FirstOrDefault(e => e.Text != expected.Signature)}"
        );
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{sample.Host}/{sample.Scenario}: {alike} of {mine.Count} exits, {exits.Count - mine.Count} of other kinds or without an end, {sample.Decode().Count} events"
        );
        // Exits of other kinds are those of a starting machine and of the host's timer, not ours misread.
        string[] others = ["npf", "EPT_VIOLATION", "interrupt", "EXTERNAL_INTERRUPT", "UD excp", "EXCEPTION_NMI"];
        Assert.All(exits.Where(e => e.HasExit && e.HasEntry && e.Kind != expected.Kind), e =>
        {
            Assert.Equal(ExitKind.Unknown, e.Kind);
            Assert.Contains(e.Reason, others);
        });
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Exits_that_lack_an_end_are_handed_out_at_both_ends_of_the_stream(string folder)
    {
        var exits = HostSample.Load(folder).Exits();
        // The recording begins while the VMM prepares the first KVM_RUN, and ends in the middle of an exit or between an entry and an exit.
        Assert.False(exits[0].HasExit);
        Assert.True(exits[0].HasEntry);
        Assert.All(exits[1..^1], e => Assert.True(e.HasExit && e.HasEntry));
        Assert.True(exits[^1].HasExit);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_border_table_explains_every_exit_of_a_known_kind(string folder)
    {
        var sample = HostSample.Load(folder);
        Assert.All(
            sample.Exits().Where(e => e.HasExit && e.HasEntry && e.Kind != ExitKind.Unknown),
            e =>
            {
                var walk = Walk.Of(BorderTable.Row(e.Kind, e.Destination, sample.Backend, vmmStamps: false), e.Signature);
                Assert.NotNull(walk);
                Assert.Equal(
                    e.Times[^1] - e.Times[0],
                    walk.Stages.SelectMany(s => s.Steps).Aggregate(0UL, (sum, s) => sum + (e.Times[s.Index + 1] - e.Times[s.Index]))
                );
            }
        );
    }

    [Fact]
    public void Ports_and_addresses_are_those_that_the_guest_used()
    {
        Assert.Equal(0x3f8UL, Dominant("svm-6.1-cloud-qemu", "pio_out-cpl0").Subkey);
        Assert.Equal(0x3f8UL, Dominant("vmx-6.1-cloud-bochs", "pio_out-cpl3").Subkey);
        Assert.Equal(Dominant("svm-6.1-cloud-qemu", "mmio_write-cpl0").Subkey, Dominant("vmx-6.1-cloud-bochs", "mmio_read-cpl0").Subkey);
        Assert.NotEqual(0UL, Dominant("vmx-6.1-cloud-bochs", "mmio_read-cpl0").Subkey);
    }

    [Theory]
    [InlineData("kprobe-pio_out-cpl3", "bus_write_end", -95)]
    [InlineData("kprobe-mmio_write-cpl3", "bus_write_end", -95)]
    [InlineData("kprobe-pio_in-cpl3", "bus_read_end", -95)]
    [InlineData("kprobe-ioeventfd_pio-cpl3", "bus_write_end", 0)]
    public void The_end_of_a_search_tells_whether_a_device_answered(string scenario, string name, int answer)
    {
        var ends = HostSample.Fixture("svm-6.1-cloud-qemu-kprobe", scenario).Decode().Where(e => e.Name == name).ToList();
        Assert.True(ends.Count >= 15);
        Assert.All(ends, e => Assert.Equal(answer, e.Event.Detail));
    }

    [Fact]
    public void Only_svm_of_6_1_writes_kvm_exit_with_interrupts_on()
    {
        Assert.All(
            HostSample.Fixture("svm-6.1-cloud-qemu", "pio_out-cpl0").Decode().Where(e => e.Name == "kvm_exit"),
            e => Assert.False(e.Event.InterruptsOff)
        );
        Assert.All(
            HostSample.Fixture("vmx-6.1-cloud-bochs", "pio_out-cpl3").Decode().Where(e => e.Name == "kvm_exit"),
            e => Assert.True(e.Event.InterruptsOff)
        );
    }

    private static CopiedExit Dominant(string host, string scenario)
    {
        var sample = HostSample.Fixture(host, scenario);
        var expected = HostScenario.Of(sample.Backend, scenario)!;
        return sample.Exits().First(e => e.Text == expected.Signature);
    }
}
