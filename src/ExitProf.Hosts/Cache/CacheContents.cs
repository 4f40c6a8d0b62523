using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExitProf.Hosts;

/// <summary>The list of an entry's files with their checksums; written last, so a folder without it is half-made.</summary>
internal sealed record CacheContents(int Schema, string About, DateTime MadeUtc, IReadOnlyList<CachedFile> Files)
{
    public const string FileName = "contents.json";
    private const int CurrentSchema = 1;

    public static CacheContents Of(string folder, string about) =>
        new(CurrentSchema, about, DateTime.UtcNow, [.. FilesIn(folder).Select(f => Describe(folder, f))]);

    /// <returns>Null if there is none, or one that this version does not understand.</returns>
    public static CacheContents? Read(string folder)
    {
        try
        {
            using FileStream stream = File.OpenRead(Path.Combine(folder, FileName));
            CacheContents? contents = JsonSerializer.Deserialize(stream, CacheJson.Default.CacheContents);
            return contents is { Schema: CurrentSchema, Files: not null } ? contents : null;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    public void Write(string folder)
    {
        using FileStream stream = File.Create(Path.Combine(folder, FileName));
        JsonSerializer.Serialize(stream, this, CacheJson.Default.CacheContents);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>
    /// Looks at the lengths only: reading a kept machine's memory again at each start would take longer than starting it.
    /// </summary>
    public bool LengthsHold(string folder) =>
        Files.All(f => new FileInfo(Path.Combine(folder, f.Name)) is { Exists: true } file && file.Length == f.Bytes);

    /// <summary>Reads everything.</summary>
    public bool ChecksumsHold(string folder) => LengthsHold(folder) && Files.All(f => Checksum(Path.Combine(folder, f.Name)) == f.Sha256);

    // A package's symbolic links are left alone: some point to what only an installed system has.
    private static readonly EnumerationOptions WholeTree =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder, "*", WholeTree).Order(StringComparer.Ordinal);

    private static CachedFile Describe(string folder, string path) =>
        new(Path.GetRelativePath(folder, path), new FileInfo(path).Length, Checksum(path));

    private static string Checksum(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

/// <param name="Name">Its path in the entry's folder.</param>
internal sealed record CachedFile(string Name, long Bytes, string Sha256);

[JsonSerializable(typeof(CacheContents))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class CacheJson : JsonSerializerContext;
