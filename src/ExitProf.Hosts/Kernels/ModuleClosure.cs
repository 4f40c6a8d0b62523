namespace ExitProf.Hosts;

/// <summary>
/// Finds the modules that must be loaded, in order. Each module names what it depends on itself; modules.dep says the same, but packages
/// bring none (depmod writes it when a kernel is installed), and a folder that is laid over a kernel would make it stale.
/// </summary>
internal static class ModuleClosure
{
    /// <param name="roots">Names; one that no folder holds is taken for built in and left out.</param>
    /// <param name="index">Path by name.</param>
    public static IReadOnlyList<ModuleFile> Of(IEnumerable<string> roots, IReadOnlyDictionary<string, string> index)
    {
        var ordered = new List<ModuleFile>();
        var seen = new HashSet<string>();
        foreach (string root in roots) Visit(root);
        return ordered;

        void Visit(string name)
        {
            if (!seen.Add(name) || !index.TryGetValue(name, out string? path)) return;
            ModuleFile module = ModuleFile.Read(path);
            foreach (string needed in module.Depends) Visit(needed);
            ordered.Add(module);
        }
    }

    /// <summary>All modules below the folders; a later folder replaces what an earlier one has.</summary>
    public static Dictionary<string, string> Index(params IReadOnlyList<string> folders)
    {
        var index = new Dictionary<string, string>();
        foreach (string folder in folders)
        {
            // Two files of one name in a tree (an original and a copy): the order of their paths decides, not that of the disk.
            foreach (string path in Directory.EnumerateFiles(folder, "*.ko*", Everywhere).Order(StringComparer.Ordinal))
            {
                if (ModuleFile.NameOf(path) is { } name) index[name] = path;
            }
        }
        return index;
    }

    // A module tree links to the sources it was built from ("build"), which may be the tree itself.
    private static readonly EnumerationOptions Everywhere =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
}
