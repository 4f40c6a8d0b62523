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

    /// <summary>
    /// Each block of a text is in a file of such blocks, whose first line names it. On a difference the whole file with the new blocks in
    /// it is written next to the expected one.
    /// </summary>
    public static void HoldsBlocks(string expected, string actual)
    {
        string[][] blocks = [.. Blocks(actual.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
        string[] different = [.. blocks.Where(b => !InFile(expected).Any(e => e.SequenceEqual(b))).Select(b => b[0])];
        if (blocks.Length > 0 && different.Length == 0) return;
        string received = Received(expected);
        // More than one test may write it.
        List<string[]> kept = [.. InFile(File.Exists(received) ? received : expected)];
        foreach (string[] block in blocks)
        {
            int there = kept.FindIndex(k => k[0] == block[0]);
            if (there < 0) kept.Add(block);
            else kept[there] = block;
        }
        File.WriteAllLines(received, kept.SelectMany(k => k));
        Assert.Fail($"{expected} differs in {string.Join(", ", different)}; compare it with {received} and, if that is right, put it in its place.");

        static IEnumerable<string[]> InFile(string file) => File.Exists(file) ? Blocks(File.ReadAllLines(file)) : [];

        // A name stands at the margin, what belongs to it does not; the file's first line names the host.
        static IEnumerable<string[]> Blocks(IEnumerable<string> lines) => lines.Aggregate(new List<List<string>>(), (all, line) =>
        {
            if (line.StartsWith(' ')) all[^1].Add(line);
            else all.Add([line]);
            return all;
        }).Select(b => b.ToArray());
    }

    private static string Received(string expected) => Path.ChangeExtension(expected, ".received" + Path.GetExtension(expected));

    private static void Check(string expected, string actual, bool alike, string difference)
    {
        string received = Received(expected);
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
