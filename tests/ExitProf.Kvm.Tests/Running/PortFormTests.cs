using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Running;

/// <summary>Every form of port access does what it should, and the runner notices if it does not.</summary>
public sealed class PortFormTests
{
    private const uint Value = 0x89abcdef;

    public static TheoryData<GuestMode, string> Forms =>
        [
            .. from mode in (GuestMode[])[GuestMode.Long64Cpl3, GuestMode.Long64Cpl0]
            from form in PortForm.All
            select new TheoryDataRow<GuestMode, string>(mode, form.Name),
        ];

    [Fact]
    public void There_are_24_forms() => Assert.Equal(24, PortForm.All.Select(f => f.Name).Distinct().Count());

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_form_moves_its_data_in_as_many_exits_as_it_should(GuestMode mode, string name)
    {
        PortForm form = PortForm.All.Single(f => f.Name == name);
        using var bench = new Bench();
        using var runner = new ExitRunner(LoopParts.Written);
        using Guest guest = bench.Guest(mode, a => form.Access(a, GuestLayout.ShortPort, Value));
        form.Fill(guest, Value);
        Run(Expected(form, Value));
        if (!form.Out) Assert.NotEqual(0UL, guest.ReadSum);

        // The highest bit of its bytes differs.
        uint other = Value ^ 1u << (8 * form.Bytes - 1);
        if (form.Out)
            Assert.StartsWith(
                "The guest ended with an unexpected write to port 0xf4",
                Assert.Throws<GuestException>(() => Run(Expected(form, other))).Message
            );
        else
            Assert.StartsWith(
                "The guest's reads add up to",
                Assert.Throws<GuestException>(() => Run(Expected(form, Value) with { AnswerOffset = 0 })).Message
            );

        void Run(ExpectedExit expected) => bench.Thread.Invoke(() => runner.Run(guest, Bench.Exits, expected));
    }

    private static ExpectedExit Expected(PortForm form, uint value) => form.Out
        ? ExpectedExit.PioOut(GuestLayout.ShortPort, form.Bytes, value) with { Times = form.Exits }
        : ExpectedExit.PioIn(GuestLayout.ShortPort, form.Bytes, value, form.Elements);
}
