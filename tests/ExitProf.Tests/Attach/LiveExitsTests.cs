using System.Text.Json;
using ExitProf.Traces;
using static ExitProf.Tests.Attach.LivePages;

namespace ExitProf.Tests.Attach;

/// <summary>Ring buffers of several CPUs, read page by page while they are written, into exits by thread.</summary>
public sealed class LiveExitsTests
{
    private const uint Io = 0x7b, Hlt = 0x78, Cpuid = 0x72, Pause = 0x77;

    private readonly RecordedTrace trace = new();

    [Fact]
    public void An_exit_that_changes_its_CPU_is_one_exit()
    {
        LiveExits live = Live(2);
        live.AddPage(0, Page((100, Exit(7, Io)), (110, Fpu(7, load: false)), (120, Userspace(7, 2))));
        live.AddPage(1, Page((150, Fpu(7, load: true)), (160, Entry(7))));
        Complete(live);
        RecordedExit exit = Assert.Single(trace.Exits);
        Assert.Equal([100ul, 110, 120, 150, 160], exit.Stamps);
        Assert.Equal("KVM_EXIT_IO", trace.Classes[exit.Class].KvmExit);
        Assert.Equal(1, Finding(FindingKind.ExitMoved).Count);
    }

    [Fact]
    public void Nothing_is_handed_on_before_every_CPU_is_known_up_to_its_time()
    {
        LiveExits live = Live(2);
        live.AddPage(0, Page((100, Exit(7, Cpuid)), (200, Entry(7))));
        live.Drained(0, 300);
        live.Release();
        Assert.Equal(0, live.Exits);
        // The other CPU's first reading began at 300; only the next one makes sure of what came before that.
        live.Drained(1, 300);
        live.Release();
        Assert.Equal(0, live.Exits);
        live.Drained(0, 400);
        live.Drained(1, 400);
        live.Release();
        Assert.Equal(1, live.Exits);
    }

    [Fact]
    public void A_CPU_whose_events_wait_for_another_one_is_not_read_on()
    {
        LiveExits live = Live(2);
        for (ulong time = 100; live.Wants(0); time += 2) live.AddPage(0, Page((time, Exit(7, Cpuid)), (time + 1, Entry(7))));
        Assert.InRange(live.Events, 1 << 16, (1 << 16) + 200);
        Assert.True(live.Wants(1));
        live.Drained(1, 100_000_000);
        live.Drained(1, 100_000_001);
        live.Release();
        Assert.True(live.Wants(0));
    }

    [Fact]
    public void A_loss_breaks_the_exit_across_it_and_bounds_the_totals()
    {
        LiveExits live = Live(1);
        live.AddPage(0, Page((100, Exit(7, Io)), (200, Entry(7)), (300, Exit(7, Io))));
        live.AddPage(0, Page(missed: 5, (900, Entry(7)), (1000, Exit(7, Io)), (1100, Entry(7))));
        Complete(live, lost: 5);
        Assert.Equal([100ul, 100], trace.Exits.Where(e => e.Stamps.Length > 1).Select(e => e.Stamps[^1] - e.Stamps[0]));
        Assert.Equal(1, Finding(FindingKind.ExitOverlapsLoss).Count);
        Finding bounds = Finding(FindingKind.TotalsBounded);
        Assert.Equal(5, bounds.Count);
        Assert.Equal(
            "5 events were lost (CPU 0: 5): the machine made 3 to 6 exits, and their time is short of at most 600 cycles, for which the "
                + "threads were not seen.",
            bounds.Text
        );
    }

    [Fact]
    public void What_a_buffer_lost_after_its_last_page_is_counted_too()
    {
        LiveExits live = Live(1);
        live.AddPage(0, Page((100, Exit(7, Io)), (200, Entry(7))));
        Complete(live, lost: 40);
        Assert.Equal(40, Finding(FindingKind.TotalsBounded).Count);
    }

    [Fact]
    public void Threads_have_their_process_and_name_and_the_number_that_KVM_gives_them()
    {
        LiveExits live = Live(1);
        live.Name(7, 5, "CPU 3/KVM");
        live.Name(8, 5, "worker");
        live.AddPage(0, Page((100, Exit(7, Cpuid, vcpu: 3)), (200, Entry(7, vcpu: 3))));
        Complete(live);
        VcpuIdentity thread = Assert.Single(trace.Threads);
        Assert.Equal((7, 3, 5, "CPU 3/KVM"), (thread.Tid, thread.Vcpu, thread.Process, thread.Name));
    }

    [Fact]
    public void Time_off_the_CPU_and_in_halts_is_told_from_cost()
    {
        LiveExits live = Live(1);
        live.AddPage(0, Page(
            (100, Exit(7, Hlt)), (110, Switch(7, 0, preempted: false)), (500, Switch(0, 7, preempted: false)),
            (510, Wakeup(7, 1500, waited: true)), (520, Entry(7)),
            (600, Exit(7, Cpuid)), (610, Switch(7, 9, preempted: true)), (650, Switch(9, 7, preempted: false)), (660, Entry(7))));
        Complete(live);
        Assert.Equal(
            ["kvm_exit sched_switch:out sched_switch:in kvm_entry", "kvm_exit sched_switch:out sched_switch:in kvm_entry"],
            trace.Exits.Select(e => trace.Classes[e.Class].SignatureText)
        );
        Assert.All(trace.Classes, c => Assert.True(c.Calibrated));
        Assert.Contains("2 times for 430 cycles in all, 430 of them inside exits; 1 time they were taken off while they could run",
            Finding(FindingKind.OffCpu).Text);
        Assert.Contains("In 1 halt the vCPU slept for 1.5 µs", Finding(FindingKind.HaltWaiting).Text);
    }

    [Fact]
    public void The_report_says_by_reason_and_machine_how_long_the_scheduler_had_given_the_CPU_to_others()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new TraceWriter(folder["a.nettrace"]))
        {
            var live = new LiveExits(writer, Header, Formats, null, RingBufferLayout.Default, [0], byNotes: false);
            live.Name(7, 5, "CPU 0/KVM");
            live.AddPage(0, Page(
                (100, Exit(7, Cpuid)), (610, Switch(7, 9, preempted: true)), (650, Switch(9, 7, preempted: false)), (660, Entry(7)),
                (700, Exit(7, Cpuid)), (800, Entry(7)), (900, Exit(7, Hlt)), (1100, Entry(7))));
            Complete(live);
        }
        using JsonDocument json = JsonDocument.Parse(ExitProfCommand.Run("report", folder["a.nettrace"], "--format", "json").Output);
        var reasons = json.RootElement.GetProperty("traces")[0].GetProperty("reasons").EnumerateArray().ToList();
        Assert.Equal([40, 0], reasons.Select(r => r.GetProperty("offCpu").GetDouble()));
        Assert.Equal(5, reasons[0].GetProperty("vcpus")[0].GetProperty("process").GetInt64());
        string text = ExitProfCommand.Run("report", folder["a.nettrace"]).Output;
        Assert.Contains("off CPU", text);
        // 660 of 1,000 ticks in exits, 40 of them without a CPU; 200 in halts.
        Assert.Matches(@"process 5 +3 +3,000,000 +660 +66\.0 % +6\.1 % +200", text);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Exits_about_nothing_are_told_apart_by_their_instruction_only_if_asked(bool byRip, int classes)
    {
        LiveExits live = Live(1, byRip);
        live.AddPage(0, Page((100, Exit(7, Pause, rip: 0x1000)), (200, Entry(7)), (300, Exit(7, Pause, rip: 0x2000)), (400, Entry(7))));
        Complete(live);
        Assert.Equal(classes, trace.Classes.Count);
        if (byRip) Assert.Equal([0x1000ul, 0x2000], trace.Classes.Select(c => c.Subkey));
    }

    [Fact]
    public void Beyond_a_budget_exits_of_a_reason_keep_their_ends_and_then_only_their_number()
    {
        var budget = new ExitBudget(wholeOfEach: 2, endsOfAll: 3);
        LiveExits live = new(trace, Header, Formats, null, RingBufferLayout.Default, [0], byNotes: false, byRip: false, budget);
        for (ulong time = 100; time < 800; time += 100)
        {
            live.AddPage(0, Page((time, Exit(7, Io)), (time + 10, Fpu(7, load: false)), (time + 20, Fpu(7, load: true)),
                (time + 30, Entry(7))));
        }
        live.AddPage(0, Page((900, Exit(7, Cpuid)), (940, Entry(7))));
        Complete(live);
        Assert.Equal([4, 4, 2, 2, 2, 2], trace.Exits.Select(e => e.Stamps.Length));
        Assert.Equal([30ul, 30, 30, 30, 30, 40], trace.Exits.Select(e => e.Stamps[^1] - e.Stamps[0]));
        Assert.Equal((8L, 3L, 2L), (live.Exits, budget.Ends, budget.Nothing));
    }

    [Fact]
    public void A_damaged_page_is_counted_and_the_others_are_read()
    {
        LiveExits live = Live(1);
        byte[] page = Page((100, Exit(7, Cpuid)), (200, Entry(7)));
        live.AddPage(0, page.AsSpan(0, 60));
        live.AddPage(0, page);
        Complete(live);
        Assert.NotEmpty(trace.Exits);
        Assert.Equal(1, Finding(FindingKind.EventsDamaged).Count);
    }

    [Fact]
    public void A_machine_that_makes_no_exit_has_a_trace_that_says_so()
    {
        LiveExits live = Live(1);
        Complete(live);
        Assert.NotNull(trace.TraceHeader);
        Assert.Contains("made no exit", Finding(FindingKind.NoExitsRecorded).Text);
    }

    private LiveExits Live(int cpus, bool byRip = false) => new(trace, Header, Formats, null, RingBufferLayout.Default,
        [.. Enumerable.Range(0, cpus)], byNotes: false, byRip);

    private static void Complete(LiveExits live, long lost = 0) => live.Complete([lost, 0], interrupted: false);

    private Finding Finding(FindingKind kind) => Assert.Single(trace.Findings, f => f.Is(kind));

    private static TraceHeader Header(Backend backend) => new(
        "attach", TraceSource.Attach, backend, "", Native: true, "attach", EventGroups.Kvm, new TraceClock(1_000_000_000, 1), 0, 0,
        DateTime.UnixEpoch, [new Configuration(Configuration.Default, [])], []);
}
