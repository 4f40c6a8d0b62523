using System.Text;

namespace ExitProf.Kvm.Tests.Inside;

/// <summary>The emulated host that the tests may run in.</summary>
internal static class EmulatedMachine
{
    /// <summary>Set once, by the entry point.</summary>
    public static bool IsHere { get; set; }

    /// <summary>Files that go out with the results.</summary>
    public static Dictionary<string, byte[]> Kept { get; } = [];

    /// <summary>Has a text compared outside, where the sources are.</summary>
    public static void Keep(string name, string text) => Kept[name] = Encoding.UTF8.GetBytes(text);
}
