using System.IO.Compression;

namespace ExitProf.Traces;

/// <summary>Unpacks pieces of a recording. What a piece says of its own size is believed up to a bound only.</summary>
internal sealed class Decompressor : IDisposable
{
    /// <summary>trace-cmd packs some 40 KiB at a time, perf at most 64 KiB a record.</summary>
    internal const int MaxBytes = 1 << 24;

    private readonly ZstdSharp.Decompressor? zstd;
    private readonly bool zlib;

    private Decompressor(ZstdSharp.Decompressor? zstd, bool zlib) => (this.zstd, this.zlib) = (zstd, zlib);

    /// <summary>For records of perf: a stream of zstd that goes on from one record to the next has its own reader.</summary>
    /// <returns>Null if nobody knows the algorithm; "none" unpacks nothing.</returns>
    internal static Decompressor? TryOf(string algorithm) => algorithm switch
    {
        "zstd" => new Decompressor(new ZstdSharp.Decompressor(), zlib: false),
        "zlib" => new Decompressor(null, zlib: true),
        "none" or "" => new Decompressor(null, zlib: false),
        _ => null,
    };

    /// <returns>False if what comes out is damaged or has another size than it should.</returns>
    internal bool TryUnpack(byte[] packed, int length, Span<byte> into)
    {
        if (into.Length > MaxBytes) return false;
        if (zstd is not null)
        {
            try
            {
                return zstd.TryUnwrap(packed.AsSpan(0, length), into, out int written) && written == into.Length;
            }
            catch (ZstdSharp.ZstdException)
            {
                return false;
            }
        }
        if (!zlib) return false;
        try
        {
            using var stream = new ZLibStream(new MemoryStream(packed, 0, length), CompressionMode.Decompress);
            return stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) == into.Length;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // A piece that asks for a dictionary is the second; memory has no errors of its own.
            return false;
        }
    }

    public void Dispose() => zstd?.Dispose();
}
