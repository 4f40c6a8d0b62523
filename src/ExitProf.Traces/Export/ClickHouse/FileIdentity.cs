using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ExitProf.Traces;

/// <summary>
/// The first 128 bits of the SHA-256 of a trace's bytes: the same file is the same trace, whatever it is called. Tables hold recordings, so
/// that two which came out alike on two hosts are two; what they have in common is their <see cref="ContentIdentity"/>.
/// </summary>
/// <remarks>In memory it is what the server keeps of a UUID: its two halves as numbers.</remarks>
public readonly record struct FileIdentity(ulong High, ulong Low)
{
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileIdentity Of(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        ReadOnlySpan<byte> hash = SHA256.HashData(file);
        return new FileIdentity(BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));
    }

    /// <summary>The form of a UUID.</summary>
    public override string ToString() =>
        $"{High >> 32:x8}-{(High >> 16) & 0xffff:x4}-{High & 0xffff:x4}-{Low >> 48:x4}-{Low & 0xffff_ffff_ffff:x12}";
}
