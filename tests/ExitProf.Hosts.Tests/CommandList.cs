using System.Globalization;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// What a host runs, put together from the files of <c>tests/hosts</c>: every host <c>list</c>, those under QEMU also <c>list.more</c> and
/// <c>list.worlds</c>, svm <c>list.svm</c>; with EXITPROF_HOSTS_MORE=1 every host <c>list.more</c>, <c>list.svm</c> and <c>list.rest</c>.
/// At the end <c>list.end</c>.
/// </summary>
internal static class CommandList
{
    public static IReadOnlyList<string> Lines(string host)
    {
        bool bochs = host == "vmx", more = Environment.GetEnvironmentVariable("EXITPROF_HOSTS_MORE") == "1";
        var files = new List<string> { "list" };
        if (!bochs || more) files.Add("list.more");
        if (host == "svm" || more) files.Add("list.svm");
        if (more) files.Add("list.rest");
        if (!bochs) files.Add("list.worlds");
        files.Add("list.end");
        return [.. files.SelectMany(f => File.ReadLines(Path.Combine(Script.Folder, f))).Where(l => l.Length > 0 && l[0] != '#')];
    }

    public static IReadOnlyList<string> Names(string host) => [.. Lines(host).Select(l => l.Split('\t')[0])];

    /// <summary>The commands that record and are expected to succeed.</summary>
    public static IReadOnlyList<string> Recordings(string host) =>
        [
            .. Lines(host)
                .Select(l => l.Split('\t'))
                .Where(p => p[1].StartsWith("record ", StringComparison.Ordinal) || p[1].StartsWith("profile ", StringComparison.Ordinal))
                .Select(p => p[0])
                .Where(n =>
                    n is not ("no-kvm" or "after-killed" or "locked-down" or "reflected-by-nobody" or "protected-tables")
                    && !(n == "host-fpu" && !HasAvx(host))
                ),
        ];

    /// <summary>Says whether the emulated CPU has AVX and its kernel uses it.</summary>
    public static bool HasAvx(string host) => host != "vmx";

    /// <summary>Scenario and arguments of a recording: "pio-out --events lean".</summary>
    public static string Recorded(string host, string name)
    {
        string[] words = Words(host, name);
        return string.Join(' ', words[1..Array.IndexOf(words, "--exits")]);
    }

    /// <summary>How many it asks for.</summary>
    public static int Exits(string host, string name)
    {
        string[] words = Words(host, name);
        return int.Parse(words[Array.IndexOf(words, "--exits") + 1], CultureInfo.InvariantCulture);
    }

    private static string[] Words(string host, string name) =>
        Lines(host).Select(l => l.Split('\t')).Single(p => p[0] == name)[1].Split(' ');
}
