namespace ExitProf.Hosts;

/// <summary>The libraries of packages that are unpacked and not installed.</summary>
internal static class UnpackedLibraries
{
    /// <summary>Where the loader of programs looks first.</summary>
    public const string Variable = "LD_LIBRARY_PATH";

    private const string Architecture = "x86_64-linux-gnu";

    /// <summary>Holds most of them, from where the packages are unpacked.</summary>
    public const string Folder = "usr/lib/" + Architecture;

    /// <returns>All folders with libraries, as the loader takes them.</returns>
    public static string Path(string root)
    {
        string[] folders = [System.IO.Path.Combine(root, Folder), System.IO.Path.Combine(root, "lib", Architecture)];
        return string.Join(':', folders.Where(Directory.Exists).SelectMany(l => Directory.GetDirectories(l).Prepend(l)));
    }
}
