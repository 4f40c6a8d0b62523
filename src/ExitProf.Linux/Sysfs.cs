namespace ExitProf.Linux;

/// <summary>Small files that the kernel makes: one value each, absent where the kernel lacks the feature.</summary>
public static class Sysfs
{
    /// <summary>The first line of a file; null if it cannot be read.</summary>
    public static string? ReadLine(string path)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault()?.Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The files of a folder, sorted by name; none if there is no such folder.</summary>
    public static IEnumerable<string> Files(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal) : [];
}
