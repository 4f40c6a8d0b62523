using System.Globalization;
using System.Text.RegularExpressions;

namespace ExitProf.Traces;

/// <summary>
/// The names of the files that a recording is divided into, next to the name that it would have as one: web.nettrace has parts
/// web-0001.nettrace and so on, its first dump is web-dump1.nettrace, and the dump's parts are web-dump1-0001.nettrace and so on.
/// </summary>
public sealed class PartNames(string path)
{
    private readonly string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
    private readonly string stem = System.IO.Path.GetFileNameWithoutExtension(path);
    private readonly string extension = System.IO.Path.GetExtension(path);

    /// <summary>The file of the whole recording.</summary>
    public string Whole { get; } = System.IO.Path.GetFullPath(path);

    public string Part(int number) => Path(Number(number));

    public string Dump(int dump) => Path($"dump{dump.ToString(CultureInfo.InvariantCulture)}");

    public string DumpPart(int dump, int number) => Path($"dump{dump.ToString(CultureInfo.InvariantCulture)}-{Number(number)}");

    /// <summary>
    /// Moves what an earlier recording of the same name has left to NAME.old, so that nobody takes its parts for this one's.
    /// </summary>
    public void KeepOlder()
    {
        if (!Directory.Exists(folder)) return;
        var ours = new Regex(
            $"^{Regex.Escape(stem)}(-dump[0-9]+)?(-[0-9]{{4,}})?{Regex.Escape(extension)}$", RegexOptions.CultureInvariant);
        foreach (string file in Directory.EnumerateFiles(folder).Where(f => ours.IsMatch(System.IO.Path.GetFileName(f))).ToArray())
            File.Move(file, file + ".old", overwrite: true);
    }

    private static string Number(int number) => number.ToString("0000", CultureInfo.InvariantCulture);

    private string Path(string suffix) => System.IO.Path.Combine(folder, $"{stem}-{suffix}{extension}");
}
