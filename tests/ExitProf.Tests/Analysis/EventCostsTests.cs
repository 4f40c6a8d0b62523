using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Tests.Nettrace;
using ExitProf.Traces;

namespace ExitProf.Tests.Analysis;

/// <summary>Where an event's cost comes from, and to which steps it goes.</summary>
public sealed class EventCostsTests
{
    private const double Floor = 654;
    private const string Known = "6.1.0-57-cloud-amd64";
    private const string Unknown = "5.99.0";
    private const double Mmio = 586.5;

    private static readonly ImmutableArray<Stamp> Signature =
    [
        Stamp.GuestBefore, Stamp.KvmExit, Stamp.KvmPio, Stamp.KvmFpuUnload, Stamp.SysExit, Stamp.RunReturned, Stamp.RunCalled,
        Stamp.SysEnter, Stamp.KvmFpuLoad, Stamp.RcuStart, Stamp.RcuEnd, Stamp.GuestAfter,
    ];

    [Fact]
    public void An_event_costs_what_leaving_it_out_saves_and_the_floor_only_if_nothing_left_it_out()
    {
        EventCosts costs = Costs(ClockUnit.Instructions, Known);
        Assert.Equal(655, costs.Cost(Stamp.KvmExit), 9);
        // kvm_fpu and RCU's note are there twice, and switched at once.
        Assert.Equal(619, costs.Cost(Stamp.KvmFpuUnload), 9);
        Assert.Equal(619, costs.Cost(Stamp.KvmFpuLoad), 9);
        Assert.Equal(618, costs.Cost(Stamp.RcuStart), 9);
        Assert.Equal(Floor, costs.Cost(Stamp.KvmPio), 9);
        Assert.Equal(0, costs.Cost(Stamp.RunReturned));
    }

    [Fact]
    public void A_step_pays_the_tail_of_what_opens_it_and_the_head_of_what_ends_it()
    {
        EventCosts costs = Costs(ClockUnit.Instructions, Known);
        double exit = costs.Of(Step(Stamp.GuestBefore, Stamp.KvmExit)), handler = costs.Of(Step(Stamp.KvmExit, Stamp.RunReturned));
        Assert.InRange(exit, 0.40 * 655, 0.46 * 655);
        Assert.Equal(655, exit + handler, 9);
        Assert.Equal(0, costs.Of(Step(Stamp.RunReturned, Stamp.RunCalled)));
        Assert.Equal(0, costs.Of(Step(Stamp.GuestBefore, Stamp.KvmExit), 0));
        Assert.Equal(655, costs.Of(Step(Stamp.GuestBefore, Stamp.KvmExit), 1), 9);
    }

    [Fact]
    public void The_slow_way_of_a_system_call_is_shared_by_its_two_events_in_counts_and_by_none_in_time()
    {
        EventCosts counts = Costs(ClockUnit.Instructions, Unknown), time = Costs(ClockUnit.Cycles, Unknown);
        Assert.Equal(1_298, counts.Cost(Stamp.SysEnter) + counts.Cost(Stamp.SysExit), 9);
        Assert.Equal(1_252, time.Cost(Stamp.SysEnter) + time.Cost(Stamp.SysExit), 9);
    }

    [Fact]
    public void Beside_system_calls_of_the_VMMs_own_an_event_costs_what_was_counted_or_the_floor()
    {
        ImmutableArray<Stamp> withOthers = Signature.Insert(6, Stamp.Other);
        EventCosts counts = Costs(ClockUnit.Instructions, Known, withOthers), time = Costs(ClockUnit.Cycles, Known, withOthers);
        Assert.Equal(EventHeads.Cost(Known, Stamp.SysEnter), counts.Cost(Stamp.SysEnter), 9);
        Assert.Equal(EventHeads.Cost(Known, Stamp.SysExit), counts.Cost(Stamp.SysExit), 9);
        Assert.Equal(Floor, time.Cost(Stamp.SysEnter), 9);
        // Other events are still left out one by one.
        Assert.Equal(655, counts.Cost(Stamp.KvmExit), 9);
    }

    [Fact]
    public void Heads_are_assumed_in_time_and_under_a_kernel_that_nobody_counted_but_not_where_the_trace_has_counts()
    {
        Assert.False(Costs(ClockUnit.Instructions, Known).HeadsAreAssumed);
        Assert.True(Costs(ClockUnit.Instructions, Unknown).HeadsAreAssumed);
        Assert.True(Costs(ClockUnit.Cycles, Known).HeadsAreAssumed);
        EventCosts counted = Costs(ClockUnit.Instructions, Unknown, new EventCost(0, Stamp.KvmExit, 276, 379));
        Assert.False(counted.HeadsAreAssumed);
        Assert.Equal(276, counted.Of(Step(Stamp.GuestBefore, Stamp.KvmExit)));
    }

    [Fact]
    public void An_event_that_comes_twice_and_costs_more_the_second_time_is_charged_so_and_its_sum_is_what_leaving_it_out_saves()
    {
        ImmutableArray<Stamp> twice = [Stamp.GuestBefore, Stamp.KvmMmio, Stamp.RunReturned, Stamp.KvmMmio, Stamp.GuestAfter];
        WalkStep[] steps = [.. Enumerable.Range(0, 4).Select(i => new WalkStep(i, "step", twice[i], twice[i + 1], Bound.Exact))];
        EventCosts costs = Costs(ClockUnit.Instructions, "5.10.0-32-cloud-amd64", twice);
        double[] charged = [.. steps.Select(s => costs.Of(s))];
        Assert.Equal(2 * Mmio, charged.Sum(), 9);
        Assert.Equal([193, 387, 193, 400], charged.Select(c => Math.Round(c)));
        // Live, and under kernels of which no such difference was counted, both are the mean.
        Assert.All([Costs(ClockUnit.Instructions, Known, twice), Costs(ClockUnit.Cycles, "5.10.0", twice)], even =>
            Assert.Equal(Mmio, even.Of(steps[0]) + even.Of(steps[1]), 9));
        EventCost[] counted = [new(0, Stamp.KvmMmio, 1, 2), new(0, Stamp.KvmMmio, 3, 4)];
        EventCosts exact = Costs(ClockUnit.Instructions, Unknown, twice, counted);
        Assert.Equal([1, 2, 3, 4], steps.Select(s => exact.Of(s)));
    }

    [Fact]
    public void What_was_counted_under_one_more_kernel_is_for_that_kernel_and_moves_no_assumption()
    {
        Assert.True(EventHeads.Has("5.10.0-32-cloud-amd64"));
        Assert.InRange(EventHeads.Share("5.10.223", Stamp.KvmExit), 0.30, 0.34);
        Assert.InRange(EventHeads.Share("7.2.13+deb14-cloud-amd64", Stamp.KvmExit), 0.41, 0.44);
        Assert.Equal("6.1 and 6.12", EventHeads.Kernels);
        foreach (Stamp stamp in Signature.Where(s => s.IsKernelEvent()))
        {
            Assert.Equal((EventHeads.Share("6.1.0", stamp) + EventHeads.Share("6.12.0", stamp)) / 2, EventHeads.Share(Unknown, stamp), 12);
        }
    }

    [Fact]
    public void Nothing_is_taken_off_where_no_floor_is_known()
    {
        TraceHeader header = SampleTrace.Ordinary().Header with { ProbeFloor = 0 };
        Assert.Equal(0, new EventCosts(header, Signature, _ => 655, _ => 655, []).Cost(Stamp.KvmExit));
    }

    private static EventCosts Costs(ClockUnit unit, string kernel, params EventCost[] counted) => Costs(unit, kernel, Signature, counted);

    private static EventCosts Costs(ClockUnit unit, string kernel, ImmutableArray<Stamp> signature, params EventCost[] counted)
    {
        TraceHeader header = SampleTrace.Ordinary().Header with
        {
            ProbeFloor = Floor,
            Clock = new TraceClock(1_000_000_000, 1, unit),
            Host = [new Fact("kernel", kernel)],
        };
        return new EventCosts(header, signature, s => s switch
        {
            Stamp.KvmExit => 655,
            Stamp.KvmFpuUnload => 2 * 619,
            Stamp.KvmMmio => 2 * Mmio,
            Stamp.SysExit => 617,
            Stamp.SysEnter => 635,
            _ => double.NaN,
        }, g => g switch
        {
            EventGroups.Rcu => 2 * 618,
            EventGroups.RawSyscalls => 1_298,
            _ => double.NaN,
        }, counted);
    }

    private static WalkStep Step(Stamp from, Stamp to) => new(0, "step", from, to, Bound.Exact);
}
