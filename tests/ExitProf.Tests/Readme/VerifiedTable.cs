using System.Text;
using System.Text.RegularExpressions;

namespace ExitProf.Tests.Readme;

/// <summary>The README's table of what was verified where, from the texts that the hosts' tests compare with what they get.</summary>
internal static partial class VerifiedTable
{
    /// <summary>In the order of its columns.</summary>
    private static readonly (string File, string Note)[] Hosts = [("pvm", "live"), ("svm", "QEMU"), ("svm-6.12", "QEMU"), ("vmx", "Bochs")];

    public static string Markdown(string folder)
    {
        var hosts = Hosts.Select(h => (h.Note, Lines: File.ReadAllLines(Path.Combine(folder, h.File + ".txt")))).ToList();
        var cells = hosts.Select(h => Cells(h.Lines)).ToList();
        var text = new StringBuilder();
        text.Append("| recorded |")
            .AppendJoin('|', hosts.Select(h => $" {h.Lines[0]} ({h.Note}) "))
            .Append("|\n|---|")
            .AppendJoin('|', hosts.Select(_ => "---"))
            .Append("|\n");
        // An emulated host ran everything, in the order of its list.
        foreach (string recorded in cells[1].Keys.Union(cells.SelectMany(c => c.Keys)))
        {
            text.Append($"| `{recorded}` |").AppendJoin('|', cells.Select(c => $" {c.GetValueOrDefault(recorded, "–")} ")).Append("|\n");
        }
        return text.ToString();
    }

    /// <summary>"name: mode, native", a line of borders, a line of stages; or "name: why it cannot be had".</summary>
    private static Dictionary<string, string> Cells(string[] lines)
    {
        var cells = new Dictionary<string, string>();
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].StartsWith(' ')) continue;
            string[] parts = lines[i].Split(": ", 2);
            bool stages = i + 2 < lines.Length && lines[i + 1].StartsWith(' ');
            cells[Name(parts[0])] = stages ? Stages(lines[i + 2], parts[1].EndsWith("emulated", StringComparison.Ordinal)) : parts[1];
        }
        return cells;
    }

    /// <summary>"msr --set target=kernel,user [target=user]" as "msr target=user".</summary>
    private static string Name(string recorded) =>
        string.Join(' ', Set().Replace(recorded, "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Replace("[", "", StringComparison.Ordinal)
            .Replace("]", "", StringComparison.Ordinal);

    [GeneratedRegex("--set [^ ]+")]
    private static partial Regex Set();

    /// <summary>"8 stages", "6 stages, handler+guest-entry merged", "emulated, 5 stages".</summary>
    private static string Stages(string line, bool emulated)
    {
        string[] rows = [.. line.Trim().Split(' ').Where(r => r[0] != '(').Select(r => r.TrimStart('≤'))];
        string merged = string.Join(", ", rows.Where(r => r.Contains('+', StringComparison.Ordinal)).Select(r => r + " merged"));
        string count = $"{rows.Length} row{(rows.Length == 1 ? "" : "s")}";
        return (emulated ? "emulated, " : "")
            + (
                rows.Length switch
                {
                    0 => "a total",
                    8 => "8 stages",
                    _ => count,
                }
            )
            + (merged.Length > 0 ? ", " + merged : "");
    }
}
