using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Tests.Recording;

public sealed class ThreadEventsTests
{
    [Fact]
    public void Events_of_a_thread_that_moved_are_merged_in_the_order_of_time()
    {
        var events = new ThreadEvents();
        events.Add(0, 10, Stamp.KvmExit);
        events.Add(0, 40, Stamp.KvmEntry);
        events.Add(1, 20, Stamp.KvmPio);
        events.Add(1, 30, Stamp.KvmMmio);
        events.Merge();
        Assert.Equal([10UL, 20, 30, 40], events.Times.ToArray());
        Assert.Equal([Stamp.KvmExit, Stamp.KvmPio, Stamp.KvmMmio, Stamp.KvmEntry], events.Stamps.ToArray());
    }

    [Fact]
    public void Events_of_one_buffer_stay_as_the_kernel_wrote_them()
    {
        var events = new ThreadEvents();
        events.Add(3, 20, Stamp.KvmExit);
        events.Add(3, 19, Stamp.KvmEntry);
        events.Merge();
        Assert.Equal([20UL, 19], events.Times.ToArray());
    }

    [Fact]
    public void There_is_room_for_more_events_than_at_first_and_none_is_left_after_a_clear()
    {
        var events = new ThreadEvents();
        const int Many = 100_000;
        for (int i = 0; i < Many; i++) events.Add(i < Many / 2 ? 0 : 1, (ulong)(i * 7 % Many), Stamp.KvmExit);
        events.Merge();
        Assert.Equal(Enumerable.Range(0, Many).Select(i => (ulong)i), events.Times.ToArray());
        events.Clear();
        Assert.Equal(0, events.Count);
        Assert.True(events.Times.IsEmpty && events.Stamps.IsEmpty);
    }
}
