namespace ExitProf.Hosts.Tests;

/// <summary>A text that is kept in <c>tests/hosts/expected</c>; on a difference the actual one is written beside it.</summary>
internal static class Golden
{
    /// <summary>A host that runs only the beginning of all commands shows the beginning of the text.</summary>
    public static void Begins(string name, string actual)
    {
        string expected = Path.Combine(Script.Folder, "expected", name + ".txt");
        if (File.Exists(expected) && actual.Length > 0 && File.ReadAllText(expected).StartsWith(actual, StringComparison.Ordinal)) return;
        string received = Path.ChangeExtension(expected, ".received.txt");
        File.WriteAllText(received, actual);
        Assert.Fail($"{expected} does not begin with what came out, which is in {received}.");
    }
}
