using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ExitProf.Hosts;

/// <summary>Turns what <see cref="InitProgram"/> says of a failed call into a sentence with the remedy.</summary>
internal static partial class Refusal
{
    private const string KvmCall = "open(/dev/kvm) failed";
    private const int NoSuchDevice = 19;
    private const int OperationNotSupported = 95;

    public static string Explain(string said, Virtualization virtualization)
    {
        Match match = SaidByInit().Match(said);
        // The recorder's own sentence is for a machine of the user's.
        if (said.StartsWith(KvmCall, StringComparison.Ordinal) || match.Groups["what"].Value == "open /dev/kvm")
        {
            return "its kernel has no KVM for the emulated CPU: name the folder that holds its "
                + $"{virtualization.Module}.ko with --modules, or another kernel with --kernel";
        }
        if (!match.Success) return said;
        int errno = int.Parse(match.Groups["errno"].Value, CultureInfo.InvariantCulture);
        string what = match.Groups["what"].Value;
        return $"{what} failed with {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno}){Remedy(what, errno, virtualization)}";
    }

    private static string Remedy(string what, int errno, Virtualization virtualization) => what switch
    {
        "mount tracefs" => ": the kernel needs CONFIG_FTRACE; name another with --kernel",
        "mount devtmpfs" when errno == NoSuchDevice => ": the kernel needs CONFIG_DEVTMPFS; name another with --kernel",
        _ when what.StartsWith("insmod", StringComparison.Ordinal) && errno is not OperationNotSupported =>
            ": the module does not fit this kernel; name its own with --modules, or build it for this kernel (--modules-over)",
        _ when what.StartsWith("insmod", StringComparison.Ordinal) =>
            $": the kernel does not take the emulated CPU for one with {virtualization.Name}; name another with --kernel",
        _ => "",
    };

    [GeneratedRegex(@"^(?<what>.+): errno (?<errno>\d{3})$")]
    private static partial Regex SaidByInit();
}
