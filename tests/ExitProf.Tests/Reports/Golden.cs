using System.Runtime.CompilerServices;

namespace ExitProf.Tests.Reports;

/// <summary>Compares what was written with a file beside the tests. On a difference the actual text is written beside the expected one.</summary>
internal static class Golden
{
    public static void Equal(string name, string actual, [CallerFilePath] string caller = "")
    {
        string folder = Path.Combine(Path.GetDirectoryName(caller)!, "Golden");
        string expected = Path.Combine(folder, name);
        string received = Path.Combine(folder, Path.GetFileNameWithoutExtension(name) + ".received" + Path.GetExtension(name));
        if (File.Exists(expected) && File.ReadAllText(expected) == actual)
        {
            File.Delete(received);
            return;
        }
        Directory.CreateDirectory(folder);
        File.WriteAllText(received, actual);
        Assert.Fail($"{name} differs from what was written; compare it with {received} and, if that is right, put it in its place.");
    }
}
