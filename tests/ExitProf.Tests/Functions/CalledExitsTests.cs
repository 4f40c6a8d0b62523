using ExitProf.Traces;

namespace ExitProf.Tests.Functions;

/// <summary>Calls that function_graph wrote and the stamps of an exit come together on one clock.</summary>
public sealed class CalledExitsTests
{
    private const ulong Run = 0xffffffffc0000000, Handle = 0xffffffffc0000100, Search = 0xffffffffc0000200, Load = 0xffffffffc0000300;

    private static readonly KernelSymbols Symbols = KernelSymbols.Parse(
        "ffffffffc0000000 t run\t[kvm]\nffffffffc0000100 t handle\t[kvm_amd]\nffffffffc0000200 t search\t[kvm]\nffffffffc0000300 t load\t[kvm]\n"u8);

    private static readonly Stamp[] Signature =
        [Stamp.GuestBefore, Stamp.KvmExit, Stamp.KvmPio, Stamp.RunReturned, Stamp.RunCalled, Stamp.KvmEntry, Stamp.GuestAfter];

    private static readonly ulong[] Stamps = [1000, 1100, 1200, 1300, 1320, 1400, 1500];

    /// <summary>One turn of the loop: the exit begins in a run, which ends before user space goes on, and ends in the next one.</summary>
    private static readonly GraphRecord[] Block =
    [
        new(900, Run, 0, true),
        new(1110, Handle, 1, true),
        new(1210, Search, 2, true),
        new(1230, Search, 2, false),
        new(1240, Search, 2, true),
        new(1250, Search, 2, false),
        new(1260, Handle, 1, false),
        new(1280, Run, 0, false),
        new(1340, Run, 0, true),
        new(1360, Load, 1, true),
        new(1370, Load, 1, false),
        new(1600, Run, 0, false),
    ];

    [Fact]
    public void Calls_are_counted_in_the_stage_in_which_they_begin_and_time_goes_to_the_innermost_one()
    {
        CalledExits exits = Of(Block);
        CalledWay way = exits.MostFrequent!;
        Assert.Equal((1L, 1L, 0L, 5), (exits.Exits, way.Exits, exits.Broken, way.Calls));
        var row = BorderTable.Row(ExitKind.PioOut, Destination.Userspace, Backend.Svm, vmmStamps: true);
        IReadOnlyList<StackCount> stacks = way.Stacks(3, Walk.Of(row, Signature), Symbols);
        Assert.Equal(
            [
                "exit: run [kvm] 0 100",
                "handler: run [kvm] 0 10",
                "handler: run [kvm];handle [kvm_amd] 1 90",
                "pio-search+host-restore: run [kvm];handle [kvm_amd] 0 30",
                "pio-search+host-restore: run [kvm];handle [kvm_amd];search [kvm] 2 30",
                "pio-search+host-restore: run [kvm] 0 20",
                "pio-search+host-restore: (kernel, not traced) 0 20",
                "userspace: (VMM) 0 20",
                "guest-reload+guest-entry: (kernel, not traced) 0 20",
                "guest-reload+guest-entry: run [kvm] 1 50",
                "guest-reload+guest-entry: run [kvm];load [kvm] 1 10",
                "guest-resume: run [kvm] 0 100",
            ],
            stacks.Select(s => $"{s.Stage}: {s.Stack} {s.Calls} {s.Ticks}"));
        Assert.All(stacks, s => Assert.Equal(3, s.Configuration));
        Assert.Equal(500, stacks.Sum(s => s.Ticks));
        Assert.All(way.Stacks(0, null, Symbols), s => Assert.Equal("", s.Stage));
    }

    [Fact]
    public void Exits_with_other_calls_are_another_way_and_the_most_frequent_one_is_told()
    {
        var exits = new CalledExits();
        for (int i = 0; i < 5; i++)
        {
            exits.Begin(i == 2 ? Block.Where(r => r.Function != Load) : Block);
            exits.Add(Signature, Stamps, counts: i > 0);
        }
        Assert.Equal((4L, 3L, 5), (exits.Exits, exits.MostFrequent!.Exits, exits.MostFrequent.Calls));
    }

    [Fact]
    public void Time_is_the_mean_of_the_exits_of_a_way()
    {
        var exits = new CalledExits();
        foreach (ulong late in (ulong[])[0, 10])
        {
            exits.Begin(Block);
            exits.Add(Signature, [.. Stamps[..^1], Stamps[^1] + late], counts: true);
        }
        Assert.Equal(105, exits.MostFrequent!.Stacks(0, null, Symbols).Where(s => s.Stack == "run [kvm]").Sum(s => s.Ticks) - 180);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(9)]
    public void An_exit_whose_calls_lack_an_end_is_counted_and_left_out(int missing)
    {
        CalledExits exits = Of([.. Block[..missing], .. Block[(missing + 1)..]]);
        Assert.Equal((0L, 1L), (exits.Exits, exits.Broken));
        Assert.Null(exits.MostFrequent);
    }

    [Fact]
    public void An_exit_whose_stamps_go_backwards_is_counted_and_left_out()
    {
        var exits = new CalledExits();
        exits.Begin(Block);
        exits.Add(Signature, [1000, 1100, 1200, 1330, 1320, 1400, 1500], counts: true);
        Assert.Equal((0L, 1L), (exits.Exits, exits.Broken));
    }

    [Fact]
    public void Any_records_whatever_are_followed_without_harm()
    {
        var random = new Random(1);
        var exits = new CalledExits();
        for (int i = 0; i < 2000; i++)
        {
            exits.Begin(Enumerable.Range(0, random.Next(30)).Select(_ => new GraphRecord(
                (ulong)random.Next(900, 1600), random.Next(2) == 0 ? Run : (ulong)random.NextInt64(1, long.MaxValue),
                random.Next(-2, 4), random.Next(2) == 0)));
            exits.Add(Signature, Stamps, counts: true);
        }
        Assert.Equal(2000, exits.Exits + exits.Broken);
        foreach (StackCount stack in exits.MostFrequent!.Stacks(0, null, Symbols)) Assert.InRange(stack.Ticks, 0, 500);
    }

    private static CalledExits Of(GraphRecord[] records)
    {
        var exits = new CalledExits();
        exits.Begin(records);
        exits.Add(Signature, Stamps, counts: true);
        return exits;
    }
}
