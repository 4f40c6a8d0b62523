using System.Globalization;
using System.Runtime.InteropServices;
using ExitProf.Linux;

namespace ExitProf;

/// <summary>
/// SIGHUP ends a command as SIGTERM does: a recording whose terminal goes away is whole, and leaves no ring buffer in the kernel.
/// </summary>
internal static class HangUp
{
    private const int SigHup = 1;
    private const int SigTerm = 15;

    /// <returns>Null if the signal is ignored, as under nohup: the command is to go on.</returns>
    public static IDisposable? EndsAsTermination() => IsIgnored() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        _ = LibC.kill(Environment.ProcessId, SigTerm);
    });

    private static bool IsIgnored()
    {
        const string name = "SigIgn:";
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        ReadOnlySpan<char> bits = line == null ? "" : line.AsSpan(name.Length);
        _ = ulong.TryParse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong mask);
        return (mask >> (SigHup - 1) & 1) != 0;
    }
}
