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

    /// <summary>The list that a build writes of its modules, in the order in which they were linked.</summary>
    private const string BuiltList = "modules.order";

    /// <summary>
    /// All modules below the folders; a later folder replaces what an earlier one has. In a built tree they are those that it lists as
    /// built: copies of earlier builds may lie there, which packaging (debian/) or modules_install made.
    /// </summary>
    public static Dictionary<string, string> Index(params IReadOnlyList<string> folders)
    {
        var index = new Dictionary<string, string>();
        foreach (string folder in folders)
        {
            foreach (string path in Built(folder) ?? All(folder))
            {
                if (ModuleFile.NameOf(path) is { } name) index[name] = path;
            }
        }
        return index;
    }

    /// <summary>Two files may have one name, an original and a copy: the order of their paths decides, not that of the disk.</summary>
    private static string[] All(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.ko*", Everywhere).Order(StringComparer.Ordinal)];

    /// <returns>Null if the folder has no such list, or not all that is in it: it is no built tree, or one in part.</returns>
    private static string[]? Built(string folder)
    {
        string list = Path.Combine(folder, BuiltList);
        if (!File.Exists(list)) return null;
        // Since Linux 6.2 it names the objects that modules are linked from.
        string[] built = [.. File.ReadAllLines(list).Where(l => l.Length > 0)
            .Select(l => Path.Combine(folder, l.EndsWith(".o", StringComparison.Ordinal) ? Path.ChangeExtension(l, ".ko") : l))];
        return built.Length > 0 && built.All(File.Exists) ? built : null;
    }

    // A module tree links to the sources it was built from ("build"), which may be the tree itself.
    private static readonly EnumerationOptions Everywhere =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
}
