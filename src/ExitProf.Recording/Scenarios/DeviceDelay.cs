namespace ExitProf.Recording;

/// <summary>The setting that plants a known cost in the VMM, to see that it is found there and nowhere else.</summary>
internal static class DeviceDelay
{
    public const string Name = "device-delay";

    public static readonly Setting Setting = Setting.Number(Name, "busy-wait in the device in the VMM, in TSC cycles", 0, 0, 10_000_000, flips: true);
}
