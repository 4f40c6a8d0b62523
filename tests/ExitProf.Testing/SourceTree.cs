using System.Runtime.CompilerServices;

namespace ExitProf.Testing;

/// <summary>The files of the sources, without what a build makes.</summary>
public static class SourceTree
{
    private static readonly string[] Made = ["bin", "obj", ".git", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Files(string under = "", string pattern = "*") => Walk(Path.Combine(Root, under), pattern);

    public static string Relative(string file) => Path.GetRelativePath(Root, file);

    private static IEnumerable<string> Walk(string folder, string pattern)
    {
        // In a work tree of git's, .git is a file.
        foreach (string file in Directory.EnumerateFiles(folder, pattern).Where(f => !Made.Contains(Path.GetFileName(f))))
            yield return file;
        foreach (string below in Directory.EnumerateDirectories(folder).Where(d => !Made.Contains(Path.GetFileName(d))))
        {
            foreach (string file in Walk(below, pattern)) yield return file;
        }
    }

    private static string FindRoot([CallerFilePath] string source = "")
    {
        string? folder = Path.GetDirectoryName(source);
        while (folder != null && !File.Exists(Path.Combine(folder, "ExitProf.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("ExitProf.sln is in no folder above " + source);
    }
}
