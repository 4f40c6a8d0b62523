namespace ExitProf.Hosts.Tests;

/// <summary>A text that is kept in <c>tests/hosts/expected</c>; on a difference the actual one is written beside it.</summary>
internal static class Golden
{
    public static void Matches(string name, string actual)
    {
        string expected = Path.Combine(Script.Folder, "expected", name + ".txt");
        if (File.Exists(expected) && File.ReadAllText(expected) == actual) return;
        string received = Path.ChangeExtension(expected, ".received.txt");
        File.WriteAllText(received, actual);
        Assert.Fail($"Differs from {expected}; what came out is in {received}.");
    }
}
