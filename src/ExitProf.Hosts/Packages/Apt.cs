namespace ExitProf.Hosts;

/// <summary>
/// Debian's packages by apt, with lists and archives in a folder of its own: nothing is installed, nothing of the machine is changed, root
/// is not needed. apt checks the signatures of the lists and, by them, the packages.
/// </summary>
internal sealed class Apt
{
    private readonly string folder;
    private readonly string suite;
    private readonly HostLog log;
    private readonly IProgress<FetchProgress>? fetching;
    private readonly CancellationToken cancelled;

    /// <param name="folder">Keeps the lists.</param>
    /// <param name="suite">"trixie"; empty for what the machine's own sources name.</param>
    /// <param name="fetching">Is told how much has arrived.</param>
    /// <exception cref="HostException">There is no apt here.</exception>
    public Apt(string folder, string suite, HostLog log, IProgress<FetchProgress>? fetching, CancellationToken cancelled)
    {
        (this.folder, this.suite, this.log, this.fetching, this.cancelled) = (folder, suite, log, fetching, cancelled);
        if (!IsHere) throw new HostException("There is no apt-get here to fetch packages with: install qemu-system-x86_64 (Debian: "
            + "qemu-system-x86) by the means of this system, and name a kernel with --kernel.");
        foreach (string part in (string[])["lists/partial", "state", "cache/archives/partial"]) Directory.CreateDirectory(
            Path.Combine(folder, part));
        if (suite.Length > 0) WriteSources();
    }

    public static bool IsHere => ToolRun.Find("apt-get") != null && ToolRun.Find("dpkg-deb") != null;

    /// <summary>Fetches the lists if there are none yet.</summary>
    public void NeedLists()
    {
        if (!Directory.EnumerateFiles(Path.Combine(folder, "lists")).Any(f => f.Contains("Packages", StringComparison.Ordinal))) Update();
    }

    public void Update()
    {
        log($"fetching the package lists{(suite.Length > 0 ? " of " + suite : "")} (about 15 MB)");
        using FetchWatch? watch = FetchWatch.Start(Path.Combine(folder, "lists"), double.NaN, fetching);
        Run("apt-get", ["update", "-qq"], folder, "apt-get update");
    }

    /// <summary>The names of packages that begin with a text, of all versions that the lists hold.</summary>
    public IReadOnlyList<string> Names(string prefix)
    {
        NeedLists();
        return [.. Run("apt-cache", ["pkgnames", prefix], folder, "apt-cache pkgnames").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Order(VersionOrder.Instance)];
    }

    /// <summary>The packages that one depends on by name; none if it does not exist.</summary>
    public IReadOnlyList<string> Dependencies(string package)
    {
        NeedLists();
        return [.. Run("apt-cache", ["depends", "--important", package], folder, "apt-cache depends").Split('\n')
            .Select(l => l.Trim()).Where(l => l.StartsWith("Depends: ", StringComparison.Ordinal))
                .Select(l => l["Depends: ".Length..].Trim('<', '>'))];
    }

    /// <summary>"linux-image-6.1.0-57-cloud-amd64_6.1.192-3_amd64": a package and the version that would be fetched.</summary>
    public string FileName(string package)
    {
        NeedLists();
        string[] words = Run("apt-get", ["--print-uris", "-qq", "download", package], folder, "apt-get download").Trim().Split(' ');
        return words.Length >= 3 && words[1].EndsWith(".deb", StringComparison.Ordinal) ? Path.GetFileName(words[1][..^".deb".Length])
            : throw new HostException($"apt-get does not say which file {package} comes in: fetch the package yourself and name it with "
                + "--kernel.");
    }

    /// <summary>Unpacks packages.</summary>
    /// <param name="withDependencies">Also what they need and this machine has not installed, without what is only recommended; apt finds
    /// out.</param>
    /// <returns>The names of the package files.</returns>
    public IReadOnlyList<string> Unpack(IReadOnlyList<string> packages, bool withDependencies, string into)
    {
        NeedLists();
        string archives = Path.Combine(into, ".archives");
        try
        {
            return Fetch(packages, withDependencies, archives, into);
        }
        catch (HostException)
        {
            // The archive has moved on since the lists were fetched.
            Update();
            return Fetch(packages, withDependencies, archives, into);
        }
        finally
        {
            if (Directory.Exists(archives)) Directory.Delete(archives, recursive: true);
        }
    }

    private List<string> Fetch(IReadOnlyList<string> packages, bool withDependencies, string archives, string into)
    {
        Directory.CreateDirectory(Path.Combine(archives, "partial"));
        string[] command = withDependencies ? ["install", "-y", "--reinstall", "--no-install-recommends", .. packages] : ["download", .. packages];
        string uris = Run("apt-get", ["--print-uris", "-qq", .. command], archives, "apt-get install");
        string[][] lines = [.. uris.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).Where(l => l.Length >= 3)];
        double total = lines.Sum(l => long.TryParse(l[2], out long bytes) ? bytes : 0);
        string more = lines.Length > packages.Count ? $" and {lines.Length - packages.Count} packages that they need" : "";
        log($"fetching {string.Join(", ", packages)}{more} ({total / 1e6:F1} MB)");
        string[] only = withDependencies ? ["--download-only"] : [];
        using (FetchWatch.Start(archives, total, fetching))
            Run("apt-get", ["-qq", "-o", "Dir::Cache::archives=" + archives, .. only, .. command], archives, "apt-get " + command[0]);
        var names = new List<string>();
        foreach (string package in Directory.EnumerateFiles(archives, "*.deb").Order(StringComparer.Ordinal))
        {
            UnpackFile(package, into, cancelled);
            names.Add(Path.GetFileNameWithoutExtension(package));
        }
        return names;
    }

    public static void UnpackFile(string package, string into, CancellationToken cancelled) =>
        ToolRun.Run(
            ToolRun.Find("dpkg-deb") ?? throw new HostException($"There is no dpkg-deb here to unpack {package} with: name the kernel's "
                + "bzImage and --modules."),
            ["-x", package, into], into, reason => $"dpkg-deb -x {package} failed: {reason}; check that it is a Debian package and that "
                + "the disk is not full.", cancelled);

    private string Run(string program, IEnumerable<string> arguments, string workingFolder, string shown)
    {
        using var stall = new StallWatch(workingFolder, patience: null, cancelled);
        try
        {
            return ToolRun.Run(ToolRun.Find(program) ?? program, [.. Options(), .. arguments], workingFolder, Failure, stall.Token);
        }
        catch (OperationCanceledException e) when (stall.Reason is { } reason && !cancelled.IsCancellationRequested)
        {
            throw new HostException(Failure(reason), e);
        }

        string Failure(string reason) => $"{shown} failed: {reason}; check the network and the machine's apt sources.";
    }

    private List<string> Options()
    {
        List<string> options =
        [
            "-o", "Dir::State=" + Path.Combine(folder, "state"),
            "-o", "Dir::State::Lists=" + Path.Combine(folder, "lists"),
            // What is installed needs no fetching.
            "-o", "Dir::State::status=/var/lib/dpkg/status",
            "-o", "Dir::Cache=" + Path.Combine(folder, "cache"),
            // The folder's own lock is the cache's.
            "-o", "Debug::NoLocking=1",
            // Root's apt gives up its rights to a user who may not enter the cache.
            "-o", "APT::Sandbox::User=root",
            "-o", "Acquire::Languages=none",
            "-o", "Acquire::Retries=2",
            "-o", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
        ];
        if (suite.Length > 0) options.AddRange(["-o", "Dir::Etc::SourceList=" + Sources, "-o", "Dir::Etc::SourceParts=/dev/null"]);
        return options;
    }

    private string Sources => Path.Combine(folder, "sources.list");

    /// <summary>The suite from the archive that the machine's own sources name first.</summary>
    private void WriteSources()
    {
        string targets = ToolRun.Run(
            ToolRun.Find("apt-get")!, ["indextargets", "--format", "$(REPO_URI) $(COMPONENT)", "Created-By: Packages"], folder,
            reason => $"apt-get indextargets failed: {reason}; check the machine's apt sources.", cancelled);
        string uri = targets.Split('\n').Select(l => l.Split(' ')).Where(l => l.Length == 2 && l[1] == "main").Select(l => l[0])
            .FirstOrDefault()
            ?? throw new HostException($"The machine's apt sources name no archive with a component 'main', so the suite {suite} cannot "
                + "be found: add Debian's to /etc/apt/sources.list.");
        File.WriteAllText(Sources, $"deb {uri} {suite} main\n");
    }
}
