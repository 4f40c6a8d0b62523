using ExitProf.Recording;
using FsCheck;
using FsCheck.Fluent;

namespace ExitProf.Tests.Recording;

public sealed class OverlapTests
{
    [Fact]
    public void One_vcpu_has_all_of_its_time() =>
        Assert.Equal((3, 0), Overlap.Of([(100, 900)]).Outside([100, 200, 300, 400, 500, 600, 700, 900], warmUp: 3));

    [Fact]
    public void Exits_before_the_last_vcpu_begins_and_after_the_first_one_ends_do_not_count()
    {
        var common = Overlap.Of([(100, 800), (250, 600)]);
        Assert.Equal(new Overlap(250, 600), common);
        // The third ends at 600 with the other vCPU, the fourth later.
        Assert.Equal((1, 1), common.Outside([100, 200, 250, 300, 400, 600, 700, 800], warmUp: 0));
        Assert.Equal((2, 0), common.Outside([250, 300, 310, 400, 410, 600], warmUp: 2));
    }

    [Fact]
    public void Vcpus_that_never_ran_at_once_have_no_exit_that_counts()
    {
        var common = Overlap.Of([(100, 200), (300, 400)]);
        Assert.Equal((1, 0), common.Outside([100, 200], warmUp: 0));
        Assert.Equal((0, 1), common.Outside([300, 400], warmUp: 0));
    }

    [Fact]
    public void Every_exit_of_a_vcpu_is_warm_up_or_used_or_cool_down() =>
        Prop.ForAll(
                Gaps(),
                gaps =>
                {
                    ulong[][] vcpus = [.. gaps.Select(Ends)];
                    var common = Overlap.Of([.. vcpus.Select(v => (v[0], v[^1]))]);
                    foreach (ulong[] ends in vcpus)
                    {
                        (int warmUp, int coolDown) = common.Outside(ends, warmUp: 1);
                        Assert.InRange(warmUp + coolDown, 1, ends.Length / 2);
                        for (int i = warmUp; i < ends.Length / 2 - coolDown; i++)
                            Assert.True(ends[2 * i] >= common.From && ends[2 * i + 1] <= common.To);
                    }
                }
            )
            .Holds();

    private static ulong[] Ends(int[] gaps)
    {
        ulong[] ends = new ulong[gaps.Length / 2 * 2];
        ulong now = 1000;
        for (int i = 0; i < ends.Length; i++) ends[i] = now += (ulong)gaps[i];
        return ends;
    }

    private static Arbitrary<int[][]> Gaps() => (from vcpus in Gen.Choose(2, 4)
                                                 from gaps in Gen.Choose(1, 500).ArrayOf(20).ArrayOf(vcpus)
                                                 select gaps).ToArbitrary();
}
