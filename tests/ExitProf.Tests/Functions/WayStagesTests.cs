using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Functions;

/// <summary>An untraced exit is cut at the places where the traced one goes to its events, and each event's own cost comes out.</summary>
public sealed class WayStagesTests
{
    private static readonly Stamp[] Signature = [Stamp.GuestBefore, Stamp.KvmExit, Stamp.KvmPio, Stamp.GuestAfter];

    [Fact]
    public void Each_instruction_is_in_the_stage_that_it_is_executed_in_and_each_event_has_its_cost()
    {
        ExitWay plain = Exit(traced: false).Way(), traced = Exit(traced: true).Way();
        long[] steps = Steps(traced);
        WayStages found = WayStages.Of(plain, traced, steps, Laid())!;
        // The guest's five, ten of the run loop: 15 to kvm_exit; then 20 of the handler to kvm_pio; then 30 and 3 to the guest's stamp.
        Assert.Equal([15, 20, 33], found.Stages.CountBy(s => s).OrderBy(s => s.Key).Select(s => s.Value));
        // Seven before the clock is read, it and twelve after it, for each of the two events.
        Assert.Equal([new EventWay(0, 0), new EventWay(7, 13), new EventWay(7, 13), new EventWay(0, 0)], found.Events);
        Assert.Equal(traced.Instructions.Length - plain.Instructions.Length, found.Events.Sum(e => e.Cost));
    }

    [Fact]
    public void A_way_whose_clock_was_not_read_at_the_stamps_is_another_exit()
    {
        ExitWay plain = Exit(traced: false).Way(), traced = Exit(traced: true).Way();
        long[] steps = Steps(traced);
        steps[1]++;
        steps[2]--;
        Assert.Null(WayStages.Of(plain, traced, steps, Laid()));
    }

    [Fact]
    public void Code_that_an_event_shares_with_the_exit_is_matched_to_the_exit()
    {
        // The event calls "search" too, which the exit does afterwards.
        ExitWay plain = new WayBuilder().Stamp().In("run", 10).In("search", 5).In("resume", 5).Way();
        ExitWay traced = new WayBuilder().Stamp().In("run", 10).In("event", 3).In("search", 5).In("event", 2, 3).In("search", 5)
            .In("resume", 5).Way();
        int[] matched = WayAlignment.Match(plain.Instructions.AsSpan(), traced.Instructions.AsSpan())!;
        Assert.Equal(plain.Instructions.Length, matched.Count(m => m >= 0));
        int[] ordered = [.. matched.Where(m => m >= 0)];
        Assert.Equal(Enumerable.Range(0, plain.Instructions.Length), ordered);
        Assert.All(matched.Index().Where(m => m.Item >= 0), m => Assert.Equal(plain.Instructions[m.Item], traced.Instructions[m.Index]));
    }

    private static WayBuilder Exit(bool traced)
    {
        WayBuilder way = new WayBuilder().Stamp().Guest(4, 0x1002).In("run", 10);
        if (traced) Event(way);
        way.In("handle", 20);
        if (traced) Event(way);
        return way.In("search", 30).In("resume", 2).Vmrun("resume", 2);
    }

    private static void Event(WayBuilder way) => way.In("event", 7).Clock("clock", 0).In("event", 12, 7);

    private static long[] Steps(ExitWay way)
    {
        int[] stamps = [.. way.Instructions.Index().Where(i => i.Item.IsClock).Select(i => i.Index), way.Instructions.Length];
        return [.. stamps.Zip(stamps.Skip(1), (a, b) => (long)(b - a))];
    }

    private static Walk Laid() =>
        Walk.Of(BorderTable.Row(ExitKind.PioOut, Destination.Kernel, Backend.Svm, vmmStamps: true), Signature) is { } walk
            // Present rows only, in the order of time.
            ? walk with { Stages = [.. walk.Stages.Where(s => !s.Steps.IsEmpty)] }
            : throw new InvalidOperationException("the border table has no such exit");
}
