using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ExitProf.Hosts;

/// <summary>
/// Our plugin for QEMU (exit-path.c), which writes down the instructions between two readings of the clock. It is compiled for the plugin
/// interface of the QEMU that is here, at first use, and kept in the cache.
/// </summary>
internal static partial class PathPlugin
{
    private const string Kind = "plugin";
    private const string Library = "exit-path.so";
    private const string Source = "exit-path.c";

    /// <summary>Beyond every version there is: QEMU refuses it and says which one is its own.</summary>
    private const int NoVersion = 9999;

    /// <summary>The interface version up to which the functions that the plugin calls are known.</summary>
    private const int NewestVersion = 7;

    private static readonly string[] Compilers = ["cc", "gcc", "clang"];

    /// <returns>The file to load; null if there can be none here, which has been said.</returns>
    public static string? Get(HostCache cache, Qemu qemu, HostLog log, CancellationToken cancelled)
    {
        string source = ReadSource();
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{qemu.Version}")))[..16];
        if (cache.TryOpen(Kind, key) is { } there) return there.File(Library);
        if (Compilers.Select(ToolRun.Find).FirstOrDefault(c => c != null) is not { } compiler)
        {
            log("there is no C compiler (cc), which functions need once: stages only; install one (Debian: gcc and libc6-dev)");
            return null;
        }
        try
        {
            return cache.GetOrMake(Kind, key, folder => Make(compiler, qemu, source, folder, cancelled), cancelled).File(Library);
        }
        catch (HostException e)
        {
            log($"functions cannot be counted here, stages only: {e.Message}");
            return null;
        }
    }

    private static string Make(string compiler, Qemu qemu, string source, string folder, CancellationToken cancelled)
    {
        File.WriteAllText(Path.Combine(folder, Source), source);
        Compile(compiler, folder, NoVersion, cancelled);
        int version = InterfaceOf(qemu, folder, cancelled);
        if (version > NewestVersion) throw new HostException(string.Create(CultureInfo.InvariantCulture,
            $"{qemu.Version} has version {version} of the plugin interface, and only those up to {NewestVersion} are known"));
        Compile(compiler, folder, version, cancelled);
        return string.Create(CultureInfo.InvariantCulture, $"counts functions, plugin interface {version}, {qemu.Version}");
    }

    private static void Compile(string compiler, string folder, int version, CancellationToken cancelled) => ToolRun.Run(compiler,
        ["-O2", "-shared", "-fPIC", string.Create(CultureInfo.InvariantCulture, $"-DPLUGIN_VERSION={version}"), Source, "-o", Library], folder,
        reason => $"{compiler} failed: {reason}; install a whole one (Debian: gcc and libc6-dev)", cancelled);

    /// <summary>Asks QEMU by having it refuse: it has no option that tells its version of the interface.</summary>
    private static int InterfaceOf(Qemu qemu, string folder, CancellationToken cancelled)
    {
        string[] arguments = [.. qemu.Arguments, "-machine", "none", "-display", "none", "-plugin", $"./{Library},out=/dev/null"];
        string env = ToolRun.Find("env") ?? "env";
        try
        {
            ToolRun.Run(env, [.. qemu.Environment.Select(e => $"{e.Key}={e.Value}"), qemu.Program, .. arguments], folder, reason => reason,
                cancelled);
        }
        catch (HostException refused) when (SupportsUpTo().Match(refused.Message) is { Success: true } said)
        {
            return int.Parse(said.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }
        catch (HostException refused)
        {
            throw new HostException($"{qemu.Version} does not load plugins ({refused.Message}): use one that was built with them", refused);
        }
        throw new HostException($"{qemu.Version} does not say which plugins it loads: use another one");
    }

    private static string ReadSource()
    {
        using Stream stream = typeof(PathPlugin).Assembly.GetManifestResourceStream(Source)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"supports only up to version (\d{1,4})")]
    private static partial Regex SupportsUpTo();
}
