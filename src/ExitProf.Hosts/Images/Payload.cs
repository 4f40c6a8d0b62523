using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ExitProf.Hosts;

/// <summary>One file of an image.</summary>
/// <param name="Path">In the image, without a leading slash.</param>
internal sealed record PayloadFile(string Path, string Source, bool Program);

/// <summary>
/// This very build of exitprof, or another program, and the .NET runtime that runs it, as they lie on this machine: an emulated host runs
/// the same.
/// </summary>
/// <param name="Program">What is executed in the image.</param>
/// <param name="Arguments">The first ones are the program's own name and, with the shared runtime, the assembly.</param>
internal sealed record Payload(IReadOnlyList<PayloadFile> Files, string Program, IReadOnlyList<string> Arguments)
{
    private const string Assembly = "exitprof.dll";
    private const string OwnFolder = "exitprof/";

    /// <summary>
    /// What makes one payload differ from another: the program's own assemblies by their contents, so that a build that came out as the one
    /// before, or lies elsewhere, is the same; .NET's files, many and never changed in place, by where they lie and their dates.
    /// </summary>
    public IEnumerable<string> Identity() => Files.Select(f => f.Path.StartsWith(OwnFolder, StringComparison.Ordinal)
        ? $"{f.Path} {Checksum(f.Source)}" : Dated(new FileInfo(f.Source)));

    private static string Dated(FileInfo file) => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}";

    private static string Checksum(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <exception cref="HostException">The parts are not where .NET has them.</exception>
    public static Payload OfThisProcess(CancellationToken cancelled)
    {
        string built = AppContext.BaseDirectory;
        return File.Exists(Path.Combine(built, Assembly)) ? Of(new GuestProgram(built, Assembly, [], []), cancelled)
            : SingleFile(cancelled);
    }

    /// <summary>A folder of assemblies (a build, an installed tool) and the machine's runtime.</summary>
    public static Payload Of(GuestProgram program, CancellationToken cancelled)
    {
        string framework = RuntimeEnvironment.GetRuntimeDirectory();
        string version = Path.GetFileName(Path.TrimEndingDirectorySeparator(framework));
        string root = Path.GetFullPath(Path.Combine(framework, "..", "..", ".."));
        string muxer = Path.Combine(root, "dotnet"), resolver = Path.Combine(root, "host", "fxr", version, "libhostfxr.so");
        foreach (string needed in (string[])[muxer, resolver])
        {
            if (!File.Exists(needed)) throw new HostException(
                $"{needed} is missing: an emulated host runs the .NET runtime of this machine, version {version}; install it whole.");
        }
        ILookup<bool, string> more = program.Natives.ToLookup(n => File.Exists(Path.Combine(program.Folder, n)));
        string[] ownNatives = [.. more[true].Select(n => Path.Combine(program.Folder, n))];
        string[] natives = [.. ((string[])["libcoreclr.so", "libclrjit.so", "libhostpolicy.so", "libSystem.Native.so", .. more[false]])
            .Select(n => Path.Combine(framework, n))];
        var files = new List<PayloadFile>
        {
            new("dotnet/dotnet", muxer, Program: true),
            new($"dotnet/host/fxr/{version}/libhostfxr.so", resolver, Program: false),
        };
        string shared = $"dotnet/shared/Microsoft.NETCore.App/{version}/";
        IEnumerable<string> managed = Directory.GetFiles(framework, "*.dll").Concat(Directory.GetFiles(framework, "*.json"));
        foreach (string file in managed.Concat(natives)) files.Add(new(shared + Path.GetFileName(file), file, false));
        // Without exitprof.deps.json every assembly beside exitprof.dll is its own; with it, native parts that no guest uses would be
        // missing.
        IEnumerable<string> own = Directory.GetFiles(program.Folder, "*.dll")
            .Concat(Directory.GetFiles(program.Folder, "*.runtimeconfig.json")).Concat(ownNatives);
        foreach (string file in own) files.Add(new(OwnFolder + Path.GetFileName(file), file, false));
        string[] linked = [muxer, resolver, .. natives, .. ownNatives, .. program.Libraries];
        foreach (string library in SharedLibraries.Of(linked, cancelled).Concat(program.Libraries))
        {
            if (!library.StartsWith(root, StringComparison.Ordinal)) files.Add(new(library[1..], library, true));
        }
        return new Payload(Ordered(files), "/dotnet/dotnet", ["dotnet", "/exitprof/" + program.Assembly]);
    }

    /// <summary>A self-contained single file brings its runtime along.</summary>
    private static Payload SingleFile(CancellationToken cancelled)
    {
        string program = Environment.ProcessPath ?? throw new HostException(
            "This process does not know its own file: start exitprof by its path.");
        var files = new List<PayloadFile> { new(OwnFolder + "exitprof", program, true) };
        foreach (string library in SharedLibraries.Of([program], cancelled)) files.Add(new(library[1..], library, true));
        return new Payload(Ordered(files), "/exitprof/exitprof", ["exitprof"]);
    }

    private static IReadOnlyList<PayloadFile> Ordered(List<PayloadFile> files) =>
        [.. files.DistinctBy(f => f.Path).OrderBy(f => f.Path, StringComparer.Ordinal)];
}
