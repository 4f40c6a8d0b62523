using System.Runtime.CompilerServices;

namespace ExitProf.Testing;

/// <summary>Compares a text with a file that is kept; on a difference the actual text is written next to the expected one.</summary>
public static class Golden
{
    /// <param name="name">Of a file in the folder <c>Golden</c> next to the test.</param>
    public static void Equal(string name, string actual, [CallerFilePath] string caller = "") =>
        EqualFile(Path.Combine(Path.GetDirectoryName(caller)!, "Golden", name), actual);

    public static void EqualFile(string expected, string actual) =>
        Check(expected, actual, File.Exists(expected) && File.ReadAllText(expected) == actual, "differs from what was written");

    /// <summary>Where only the beginning of a list was run, what came out is the beginning of the file.</summary>
    public static void BeginsFile(string expected, string actual) =>
        Check(
            expected,
            actual,
            actual.Length > 0 && File.Exists(expected) && File.ReadAllText(expected).StartsWith(actual, StringComparison.Ordinal),
            "does not begin with what was written"
        );

    private static void Check(string expected, string actual, bool alike, string difference)
    {
        string received = Path.ChangeExtension(expected, ".received" + Path.GetExtension(expected));
        if (alike)
        {
            File.Delete(received);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(expected)!);
        File.WriteAllText(received, actual);
        Assert.Fail($"{expected} {difference}; compare it with {received} and, if that is right, put it in its place.");
    }
}
