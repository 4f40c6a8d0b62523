using System.Formats.Tar;
using System.Globalization;
using System.Text;

namespace ExitProf.Hosts;

/// <summary>What a command in an emulated host came to.</summary>
/// <param name="Files">What it wrote, by name.</param>
public sealed record HostResult(int ExitCode, string Output, string Error, IReadOnlyDictionary<string, byte[]> Files)
{
    /// <summary>What <see cref="PathPlugin"/> wrote down meanwhile; null if it was not asked to.</summary>
    public byte[]? Ways { get; init; }

    /// <summary>exitprof's exit code for a world that does not allow what was asked for.</summary>
    internal const int Refused = 2;

    private const string ExitCodeName = "exit-code";
    private const string OutputName = "stdout";
    private const string ErrorName = "stderr";
    private const string FilePrefix = "files/";
    private const int MostFiles = 1000;

    /// <summary>As a tar, in which nothing but the contents differs between two runs.</summary>
    internal byte[] Encode()
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            Add(writer, ExitCodeName, Encoding.ASCII.GetBytes(ExitCode.ToString(CultureInfo.InvariantCulture)));
            Add(writer, OutputName, Encoding.UTF8.GetBytes(Output));
            Add(writer, ErrorName, Encoding.UTF8.GetBytes(Error));
            foreach ((string name, byte[] contents) in Files.OrderBy(f => f.Key, StringComparer.Ordinal)) Add(
                writer, FilePrefix + name, contents);
        }
        return stream.ToArray();
    }

    /// <summary>The guest is not trusted: only names that are plain file names come through, and nothing is written anywhere.</summary>
    /// <exception cref="HostException">The bytes are no result.</exception>
    internal static HostResult Decode(byte[] contents)
    {
        var parts = new Dictionary<string, byte[]>();
        try
        {
            using var reader = new TarReader(new MemoryStream(contents));
            while (reader.GetNextEntry() is { } entry)
            {
                if (entry.EntryType != TarEntryType.RegularFile || !IsPlain(entry.Name)
                    || parts.Count == MostFiles) throw new InvalidDataException($"an entry '{entry.Name}'");
                using var part = new MemoryStream();
                entry.DataStream?.CopyTo(part);
                parts[entry.Name] = part.ToArray();
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException or ArgumentException or OverflowException)
        {
            throw Rubbish(e.Message, e);
        }
        if (!parts.TryGetValue(ExitCodeName, out byte[]? code)
            || !int.TryParse(Encoding.ASCII.GetString(code), NumberStyles.None, CultureInfo.InvariantCulture,
            out int exitCode)) throw Rubbish("no exit code", null);
        return new HostResult(exitCode, Text(OutputName), Text(ErrorName),
            parts.Where(p => p.Key.StartsWith(FilePrefix, StringComparison.Ordinal))
            .ToDictionary(p => p.Key[FilePrefix.Length..], p => p.Value));

        string Text(string name) => Encoding.UTF8.GetString(parts.GetValueOrDefault(name, []));
    }

    private static bool IsPlain(string name)
    {
        string plain = name.StartsWith(FilePrefix, StringComparison.Ordinal) ? name[FilePrefix.Length..] : name;
        return plain.Length is > 0 and < 100 && !plain.StartsWith('.')
            && plain.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
    }

    private static HostException Rubbish(string what, Exception? inner) =>
        new($"The emulated host returned results that cannot be read ({ConsoleText.Visible(what.TrimEnd('.'))}): run it again; if that "
            + "happens twice, it is a bug of ours.", inner);

    private static void Add(TarWriter writer, string name, byte[] contents) =>
        writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = new MemoryStream(contents),
            ModificationTime = DateTimeOffset.UnixEpoch,
            Mode = UnixFileMode.UserRead,
        });
}
