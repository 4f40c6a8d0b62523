using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Tests.Recording;

public sealed class CalibrationTests
{
    private const int Grain = 1;
    private static readonly BorderRow Row = BorderTable.Row(ExitKind.PioOut, Destination.Userspace, Backend.Pvm, vmmStamps: true);

    private static readonly Stamp[] Host =
    [
        Stamp.GuestBefore,
        Stamp.RcuStart,
        Stamp.RcuEnd,
        Stamp.KvmEmulateInsn,
        Stamp.KvmPio,
        Stamp.KvmFpuUnload,
        Stamp.RunReturned,
        Stamp.RunCalled,
        Stamp.KvmFpuLoad,
        Stamp.RcuStart,
        Stamp.RcuEnd,
        Stamp.GuestAfter,
    ];

    private static readonly Stamp[] Own = [Stamp.GuestBefore, Stamp.RunReturned, Stamp.RunCalled, Stamp.GuestAfter];

    [Fact]
    public void The_most_frequent_signature_that_the_table_explains_is_the_hosts()
    {
        var calibration = new Calibration();
        Stamp[] strange = [Stamp.GuestBefore, Stamp.KvmFpuLoad, Stamp.KvmFpuUnload, Stamp.GuestAfter];
        for (int i = 0; i < 60; i++) Add(calibration, strange);
        for (int i = 0; i < 30; i++) Add(calibration, Host);
        for (int i = 0; i < 10; i++) Add(calibration, Own);
        Assert.Equal(Host, calibration.Signature(Row)!.Value);
        Assert.Equal(100, calibration.Total);
        Assert.Equal(0.3, calibration.Share([.. Host]));
        Assert.Equal(0.6, calibration.Share([.. strange]));
        Assert.Equal(0, calibration.Share([Stamp.GuestBefore]));
    }

    [Fact]
    public void A_signature_that_the_table_does_not_explain_is_never_the_hosts()
    {
        var calibration = new Calibration();
        Add(calibration, [Stamp.GuestBefore, Stamp.Other, Stamp.GuestAfter]);
        Assert.Null(calibration.Signature(Row));
        Assert.Null(new Calibration().Signature(Row));
    }

    [Fact]
    public void The_floor_is_the_gap_between_two_notes_of_rcu_in_the_quietest_block()
    {
        var calibration = new Calibration();
        foreach (ulong gap in (ulong[])[600, 480, 700])
        {
            for (int i = 0; i < 9; i++) Add(calibration, Host, gap);
            calibration.EndBlock(Grain);
        }
        Assert.Equal(480, calibration.ProbeFloor, 1.0);
        Assert.False(calibration.FloorIsUpperBound);
    }

    [Fact]
    public void Only_the_first_pair_of_notes_of_an_exit_counts()
    {
        var calibration = new Calibration();
        // The pair at the entry has the world switch's preparation between its notes.
        for (int i = 0; i < 9; i++) calibration.Add(Host, [0, 1000, 1480, 3000, 4000, 5000, 6000, 6100, 8000, 9000, 9010, 9900]);
        calibration.EndBlock(Grain);
        Assert.Equal(480, calibration.ProbeFloor, 1.0);
    }

    [Fact]
    public void Without_such_notes_the_smallest_gap_between_events_bounds_the_floor()
    {
        var calibration = new Calibration();
        Stamp[] lean =
        [
            Stamp.GuestBefore,
            Stamp.KvmPio,
            Stamp.KvmFpuUnload,
            Stamp.RunReturned,
            Stamp.RunCalled,
            Stamp.KvmFpuLoad,
            Stamp.GuestAfter,
        ];
        // Gaps to the guest's and the VMM's own stamps do not count, however small.
        for (int i = 0; i < 9; i++) calibration.Add(lean, [0, 5, 905, 910, 912, 917, 920]);
        calibration.EndBlock(Grain);
        Assert.Equal(900, calibration.ProbeFloor, 1.0);
        Assert.True(calibration.FloorIsUpperBound);
    }

    [Fact]
    public void Without_events_there_is_no_floor()
    {
        var calibration = new Calibration();
        for (int i = 0; i < 9; i++) Add(calibration, Own);
        calibration.EndBlock(Grain);
        Assert.True(double.IsNaN(calibration.ProbeFloor));
    }

    /// <summary>Every gap is a thousand cycles but that between the first two notes.</summary>
    private static void Add(Calibration calibration, Stamp[] signature, ulong noteGap = 1000)
    {
        var stamps = new ulong[signature.Length];
        for (int i = 1; i < stamps.Length; i++) stamps[i] = stamps[i - 1] + (i == 2 ? noteGap : 1000);
        calibration.Add(signature, stamps);
    }
}
