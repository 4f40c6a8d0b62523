namespace ExitProf.Linux;

/// <summary>Whether the kernel keeps even root from looking into it (Documentation: kernel_lockdown(7)).</summary>
public static class Lockdown
{
    /// <summary>"integrity" or "confidentiality"; null if the kernel is not locked down or does not say.</summary>
    public static string? Level(string file = "/sys/kernel/security/lockdown")
    {
        // The level in force stands in brackets: "none integrity [confidentiality]".
        if (Sysfs.ReadLine(file) is not { } line) return null;
        int open = line.IndexOf('[', StringComparison.Ordinal), close = line.IndexOf(']', StringComparison.Ordinal);
        string level = open >= 0 && close > open ? line[(open + 1)..close] : "none";
        return level == "none" ? null : level;
    }

    /// <summary>What helps where tracefs refuses something.</summary>
    public static string Remedy(bool permission) =>
        Level() is { } level ? $"the kernel is locked down ({level}): boot it without lockdown to see its stages"
        : permission ? "run as root to see the kernel's stages" : "run exitprof doctor";
}
