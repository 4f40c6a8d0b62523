using ExitProf.Recording;
using ExitProf.Traces;
using FsCheck.Fluent;

namespace ExitProf.Tests.Recording;

public sealed class SettingValuesTests
{
    private static readonly IScenario PioOut = ScenarioCatalog.Get("pio-out");

    [Theory]
    [InlineData("0..5", new long[] { 0, 1, 2, 4, 5 })]
    [InlineData("0..4", new long[] { 0, 1, 2, 4 })]
    [InlineData("0..1", new long[] { 0, 1 })]
    [InlineData("0..0", new long[] { 0 })]
    [InlineData("1..8", new long[] { 1, 2, 4, 8 })]
    [InlineData("3..20", new long[] { 3, 6, 12, 20 })]
    [InlineData("5..6", new long[] { 5, 6 })]
    [InlineData("7", new long[] { 7 })]
    [InlineData("9,1,4", new long[] { 9, 1, 4 })]
    [InlineData("0,100..400", new long[] { 0, 100, 200, 400 })]
    [InlineData("+5,007", new long[] { 5, 7 })]
    public void Values_are_lists_and_doubling_ranges(string text, long[] expected) =>
        Assert.Equal(expected, SettingValues.Sweep(PioOut, ["devices=" + text]).Select(s => s.Values.Number("devices")));

    [Fact]
    public void A_range_begins_and_ends_as_told_and_doubles_in_between() => Prop.ForAll(Arb.From(Gen.Choose(0, 5000).Two()), pair =>
    {
        (long low, long high) = (Math.Min(pair.Item1, pair.Item2), Math.Max(pair.Item1, pair.Item2));
        long[] values = [.. SettingValues.Sweep(PioOut, [$"devices={low}..{high}"]).Select(s => s.Values.Number("devices"))];
        Assert.Equal((low, high), (values[0], values[^1]));
        for (int i = 1; i < values.Length - 1; i++) Assert.Equal(values[i - 1] == 0 ? 1 : 2 * values[i - 1], values[i]);
        if (values.Length > 1) Assert.InRange(values[^1], values[^2] + 1, values[^2] == 0 ? 1 : 2 * values[^2]);
    }).Holds();

    [Fact]
    public void Several_settings_make_every_combination_the_last_changing_fastest()
    {
        var sweep = SettingValues.Sweep(PioOut, ["size=1,4", "device-delay=0,2000"]);
        Assert.Equal(
            ["device-delay=0,size=1", "device-delay=0,size=4", "device-delay=2000,size=1", "device-delay=2000,size=4"],
            sweep.Select(s => s.Configuration.Name)
        );
        Assert.Equal(
            [new Fact("device-delay", "2000"), new Fact("device-loop", "0"), new Fact("devices", "0"), new Fact("size", "1")],
            sweep[2].Configuration.Settings
        );
    }

    [Fact]
    public void Without_a_setting_there_is_one_configuration_of_defaults()
    {
        var (configuration, values) = Assert.Single(SettingValues.Sweep(PioOut, []));
        Assert.Equal("default", configuration.Name);
        Assert.Equal(("0", "0", "1"), (values["device-delay"], values["devices"], values["size"]));
        Assert.Equal("default", Assert.Single(SettingValues.Sweep(ScenarioCatalog.Get("ioeventfd-pio"), [])).Configuration.Name);
    }

    [Fact]
    public void Configurations_that_differ_only_in_what_flips_share_a_machine()
    {
        var keys = SettingValues.Sweep(PioOut, ["size=1,4", "device-delay=0,10,20"]).Select(s => s.Values.MachineKey).ToList();
        Assert.Equal(6, keys.Count);
        Assert.Equal(2, keys.Distinct().Count());
    }

    [Theory]
    [InlineData("devices", "'devices' is not a setting: write key=value.")]
    [InlineData("=3", "'=3' is not a setting")]
    [InlineData("device=3", "did you mean devices?")]
    [InlineData("devices=", "'' is not a value of devices: it takes 0..5000.")]
    [InlineData("devices=1,", "'' is not a value")]
    [InlineData("devices=-1", "'-1' is not a value")]
    [InlineData("devices=5001", "'5001' is not a value")]
    [InlineData("devices=1e3", "'1e3' is not a value")]
    [InlineData("devices= 1", "' 1' is not a value")]
    [InlineData("devices=..5", "'' is not a value")]
    [InlineData("devices=5..", "'' is not a value")]
    [InlineData("devices=5..4", "the range 5..4 of devices is empty")]
    [InlineData("devices=0..9999", "'9999' is not a value")]
    [InlineData("devices=1..2..3", "'2..3' is not a value")]
    [InlineData("devices=99999999999999999999", "is not a value")]
    [InlineData("devices=0..4,2", "devices=2 is given twice")]
    [InlineData("devices=7,07", "devices=7 is given twice")]
    [InlineData("size=3", "'3' is not a value of size: it takes 1|2|4.")]
    [InlineData("size=1..4", "size takes 1|2|4, not a range")]
    public void A_mistake_is_named(string assignment, string expected) =>
        Assert.Contains(expected, Assert.Throws<SettingException>(() => SettingValues.Sweep(PioOut, [assignment])).Message);

    [Fact]
    public void A_setting_is_given_once() =>
        Assert.Equal(
            "size is set twice.",
            Assert.Throws<SettingException>(() => SettingValues.Sweep(PioOut, ["size=1", "size=2"])).Message
        );

    [Theory]
    [InlineData("pio-uot", "pio-out")]
    [InlineData("mmio", "mmio-read")]
    [InlineData("ioeventfd", "ioeventfd-pio")]
    public void The_nearest_scenario_is_named(string word, string expected) =>
        Assert.Contains($"did you mean {expected}?", Assert.Throws<SettingException>(() => ScenarioCatalog.Get(word)).Message);
}
