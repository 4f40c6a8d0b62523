using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>A stage or a group in a text table.</summary>
internal static class StageName
{
    /// <summary>"exit+handler+pio-search", short "exit…pio-search": merged stages are neighbours, so its ends name it.</summary>
    public static TextCell Of(string merged, Style? style = null)
    {
        string[] names = merged.Split('+');
        return new TextCell(merged, style, names.Length > 2 ? $"{names[0]}…{names[^1]}" : null);
    }
}
