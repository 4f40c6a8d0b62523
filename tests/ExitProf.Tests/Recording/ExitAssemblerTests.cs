using ExitProf.Recording;
using ExitProf.Traces;
using FsCheck;
using FsCheck.Fluent;

namespace ExitProf.Tests.Recording;

public sealed class ExitAssemblerTests
{
    private sealed record Exit(Stamp[] Signature, ulong[] Stamps);

    [Fact]
    public void Each_event_falls_into_the_exit_and_the_gap_in_which_it_happened()
    {
        var exits = Assemble(
            [100, 200, 300, 400],
            [120, 130, 320, 330],
            [90, 110, 120, 125, 130, 199, 200, 250, 310, 401],
            [
                Stamp.KvmExit,
                Stamp.KvmPio,
                Stamp.SysExit,
                Stamp.SysEnter,
                Stamp.KvmFpuLoad,
                Stamp.KvmEntry,
                Stamp.Other,
                Stamp.Other,
                Stamp.KvmPio,
                Stamp.KvmExit,
            ],
            out var assembler
        );
        Assert.Equal(2, exits.Count);
        Assert.Equal(
            [
                Stamp.GuestBefore,
                Stamp.KvmPio,
                Stamp.RunReturned,
                Stamp.SysExit,
                Stamp.SysEnter,
                Stamp.RunCalled,
                Stamp.KvmFpuLoad,
                Stamp.KvmEntry,
                Stamp.GuestAfter,
            ],
            exits[0].Signature
        );
        Assert.Equal([100UL, 110, 120, 120, 125, 130, 130, 199, 200], exits[0].Stamps);
        Assert.Equal([Stamp.GuestBefore, Stamp.KvmPio, Stamp.RunReturned, Stamp.RunCalled, Stamp.GuestAfter], exits[1].Signature);
        Assert.Equal((0L, 0L), (assembler.LeftOut, assembler.OutOfOrder));
    }

    [Fact]
    public void An_exit_that_the_kernel_answers_has_no_stamps_of_the_vmm()
    {
        var exits = Assemble([100, 200], [], [150], [Stamp.KvmPio], out _);
        Assert.Equal([Stamp.GuestBefore, Stamp.KvmPio, Stamp.GuestAfter], Assert.Single(exits).Signature);
    }

    [Theory]
    [InlineData(99, 150)]
    [InlineData(150, 201)]
    public void Stamps_that_contradict_one_clock_are_counted(ulong returned, ulong called)
    {
        Assemble([100, 200], [returned, called], [], [], out var assembler);
        Assert.Equal(1, assembler.OutOfOrder);
    }

    [Fact]
    public void More_events_than_fit_are_counted_and_the_exit_keeps_its_ends()
    {
        ulong[] times = [.. Enumerable.Range(0, 1000).Select(i => (ulong)(1000 + i))];
        var exits = Assemble(
            [500, 3000, 4000, 5000],
            [2500, 2600, 4100, 4200],
            times,
            [.. times.Select(_ => Stamp.Other)],
            out var assembler
        );
        Assert.InRange(exits[0].Signature.Length, 5, ExitClass.MaxStamps);
        Assert.Equal((Stamp.GuestBefore, Stamp.GuestAfter), (exits[0].Signature[0], exits[0].Signature[^1]));
        Assert.Contains(Stamp.RunReturned, exits[0].Signature);
        Assert.Contains(Stamp.RunCalled, exits[0].Signature);
        Assert.Equal(1000, assembler.LeftOut + exits[0].Signature.Count(s => s == Stamp.Other));
        Assert.Equal(4, exits[1].Signature.Length);
    }

    [Fact]
    public void Every_event_between_the_ends_of_an_exit_is_in_it_once_and_in_order() =>
        Prop.ForAll(
                Blocks(),
                block =>
                {
                    (ulong[] guest, ulong[] vmm, ulong[] times) = block;
                    Stamp[] kinds = [.. times.Select((_, i) => (Stamp)((int)Stamp.KvmExit + i % 20))];
                    var exits = Assemble(guest, vmm, times, kinds, out var assembler);
                    Assert.Equal(guest.Length / 2, exits.Count);
                    Assert.Equal((0L, 0L), (assembler.LeftOut, assembler.OutOfOrder));
                    for (int i = 0; i < exits.Count; i++)
                    {
                        (ulong before, ulong after) = (guest[2 * i], guest[2 * i + 1]);
                        Assert.Equal((before, after), (exits[i].Stamps[0], exits[i].Stamps[^1]));
                        Assert.Equal(exits[i].Stamps.Order(), exits[i].Stamps);
                        var inside = times.Zip(kinds).Where(e => e.First >= before && e.First < after);
                        Assert.Equal(inside, exits[i].Stamps.Zip(exits[i].Signature).Where(s => s.Second.IsKernelEvent()));
                        Assert.Equal(
                            vmm.Length > 0 ? [vmm[2 * i], vmm[2 * i + 1]] : [],
                            exits[i]
                                .Stamps.Zip(exits[i].Signature)
                                .Where(s => s.Second is Stamp.RunReturned or Stamp.RunCalled)
                                .Select(s => s.First)
                        );
                    }
                }
            )
            .Holds();

    [Fact]
    public void The_steps_of_the_VMM_lie_between_its_own_two_stamps_and_what_the_kernel_wrote_about_their_calls_between_them()
    {
        // Lookup to write-back; the vector state is read by a system call and not written.
        ulong[] steps = [121, 122, 123, 124, 130, 131, 132, 0, 133];
        var exits = new List<Exit>();
        new ExitAssembler().Assemble(
            [100, 200],
            [120, 140],
            steps,
            [110, 125, 129, 150],
            [Stamp.SysExit, Stamp.Other, Stamp.SysExit, Stamp.SysEnter],
            (Stamp.GuestBefore, Stamp.GuestAfter),
            (signature, stamps) => exits.Add(new Exit(signature.ToArray(), stamps.ToArray()))
        );
        Exit exit = Assert.Single(exits);
        Assert.Equal(
            [
                Stamp.GuestBefore,
                Stamp.SysExit,
                Stamp.RunReturned,
                Stamp.VmmLookup,
                Stamp.VmmFetch,
                Stamp.VmmDecode,
                Stamp.VmmVectorState,
                Stamp.Other,
                Stamp.SysExit,
                Stamp.VmmEmulate,
                Stamp.VmmDevice,
                Stamp.VmmEmulate,
                Stamp.VmmWriteBack,
                Stamp.RunCalled,
                Stamp.SysEnter,
                Stamp.GuestAfter,
            ],
            exit.Signature
        );
        Assert.Equal([100, 110, 120, 121, 122, 123, 124, 125, 129, 130, 131, 132, 133, 140, 150, 200], exit.Stamps);
    }

    private static List<Exit> Assemble(ulong[] guest, ulong[] vmm, ulong[] times, Stamp[] kinds, out ExitAssembler assembler)
    {
        var exits = new List<Exit>();
        assembler = new ExitAssembler();
        assembler.Assemble(
            guest,
            vmm,
            [],
            times,
            kinds,
            (Stamp.GuestBefore, Stamp.GuestAfter),
            (signature, stamps) => exits.Add(new Exit(signature.ToArray(), stamps.ToArray()))
        );
        return exits;
    }

    /// <summary>Ascending stamps of guest and VMM, and events anywhere, at the same ticks too.</summary>
    private static Arbitrary<(ulong[] Guest, ulong[] Vmm, ulong[] Times)> Blocks() => Arb.From(
        from exits in Gen.Choose(1, 20)
        from steps in Gen.ArrayOf(Gen.Choose(1, 40), 4 * exits)
        from reaches in Gen.Elements(true, false)
        from events in Gen.Choose(0, 100)
        from times in Gen.ArrayOf(Gen.Choose(0, 90 * exits), events)
        select Block(steps, reaches, times));

    private static (ulong[], ulong[], ulong[]) Block(int[] steps, bool reaches, int[] times)
    {
        var guest = new List<ulong>();
        var vmm = new List<ulong>();
        ulong now = 0;
        for (int i = 0; i < steps.Length; i++) (i % 4 is 0 or 3 ? guest : vmm).Add(now += (ulong)steps[i]);
        return ([.. guest], reaches ? [.. vmm] : [], [.. times.Order().Select(t => (ulong)t)]);
    }
}
