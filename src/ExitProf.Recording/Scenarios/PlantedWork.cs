using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>The settings that plant a known cost in the VMM, to see that it is found there and nowhere else.</summary>
internal static class PlantedWork
{
    private const string Delay = "device-delay";
    private const string Loop = "device-loop";

    public static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number(Delay, "busy-wait in the device in the VMM, in TSC cycles", 0, 0, 10_000_000, flips: true),
        Setting.Number(Loop, "instructions that the device in the VMM executes beside answering", 0, 0, 10_000_000, flips: true),
    ];

    public static VmmWork Of(SettingValues settings) => new(new DelayWork((ulong)settings.Number(Delay), (ulong)settings.Number(Loop)));
}
