using System.Globalization;
using System.Text;

namespace ExitProf.Hosts;

/// <summary>
/// The commands of a machine that is booted for them: they lie in its first root, and what came of them goes out by its second serial line,
/// a line of base64 each, for which every kernel has a driver.
/// </summary>
internal static class BootCommands
{
    /// <summary>What is written there is in a file of the outer machine.</summary>
    public const string ResultsLine = "/dev/ttyS1";

    /// <summary>A serial line is slow, even an emulated one.</summary>
    private const int MostBytes = 8 << 20;

    /// <summary>What that is in base64.</summary>
    public const int MostText = MostBytes / 3 * 4 + 4;

    private const string Folder = "/commands";

    public static string PathOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{Folder}/{number:D4}");

    /// <summary>True inside of such a machine.</summary>
    public static bool AreHere => Directory.Exists(Folder);

    /// <summary>In the order in which they are to be run.</summary>
    public static IEnumerable<string[]> Read() =>
        Directory.GetFiles(Folder).Order(StringComparer.Ordinal).Select(f => MailboxCommand.Decode(File.ReadAllBytes(f)));

    /// <summary>A result as it goes over the line; where it is too large, its command's refusal.</summary>
    public static byte[] Encode(HostResult result)
    {
        byte[] encoded = result.Encode();
        if (encoded.Length > MostBytes)
        {
            string refusal = string.Create(CultureInfo.InvariantCulture,
                $"The results have {encoded.Length / 1e6:F0} MB, and the emulated host's serial line takes {MostBytes / 1e6:F0}: record fewer exits.");
            encoded = new HostResult(HostResult.Refused, "", refusal, new Dictionary<string, byte[]>()).Encode();
        }
        return Encoding.ASCII.GetBytes(Convert.ToBase64String(encoded) + "\n");
    }

    /// <exception cref="HostException">The line is no result: the guest is not trusted.</exception>
    public static HostResult Decode(string line)
    {
        byte[] bytes = new byte[line.Length];
        // What is no base64 is no result either.
        return HostResult.Decode(Convert.TryFromBase64String(line, bytes, out int written) ? bytes[..written] : []);
    }
}
