using System.Runtime.CompilerServices;

namespace ExitProf.Tests.Borders;

/// <summary>Compares a text with the file of that name beside the test's source; on a difference the actual text is written beside it.</summary>
internal static class Golden
{
    public static void Matches(string name, string actual, [CallerFilePath] string source = "")
    {
        string expected = Path.Combine(Path.GetDirectoryName(source)!, name);
        if (File.Exists(expected) && File.ReadAllText(expected) == actual) return;
        string received = Path.ChangeExtension(expected, ".received" + Path.GetExtension(expected));
        File.WriteAllText(received, actual);
        Assert.Fail($"Differs from {expected}; what came out is in {received}.");
    }
}
