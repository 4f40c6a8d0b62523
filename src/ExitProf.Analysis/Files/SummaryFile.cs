using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// The sums and histograms of a trace in a file next to it, so that a report of it reads no exits. They are whole: the same report comes
/// out to the byte. One of another trace, or one that is damaged, is no summary.
/// </summary>
/// <remarks>
/// A magic word, the trace's length (i64) and the hash of its ends (32 bytes), the length (i32) of a trace without blocks and exits, which
/// has header, classes and findings, that trace, the sums (<see cref="TraceAnalysis.Save"/>), and a CRC-32C of all before it.
/// </remarks>
internal static class SummaryFile
{
    public const string Extension = ".summary";

    /// <summary>No summary of a real trace is a tenth as large.</summary>
    private const long MostBytes = 16 << 20;

    private const int HashBytes = 32, FixedBytes = 16 + sizeof(long) + HashBytes + sizeof(int), CrcBytes = sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "ExitProf sums 1\n"u8;

    /// <summary>What the summary next to a trace holds.</summary>
    /// <returns>Null if there is none of just this trace that is whole.</returns>
    public static TraceAnalysis? Read(string trace, TraceFingerprint identity)
    {
        // What has no length is a pipe or a device: nobody waits for those.
        var file = new FileInfo(trace + Extension);
        if (!file.Exists || file.Length < FixedBytes + CrcBytes || file.Length > MostBytes) return null;
        byte[] bytes = File.ReadAllBytes(file.FullName);
        if (bytes.Length < FixedBytes + CrcBytes || !bytes.AsSpan().StartsWith(Magic)) return null;
        ReadOnlyMemory<byte> body = bytes.AsMemory(0, bytes.Length - CrcBytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(body.Length)) != Crc(body.Span)) return null;
        var written = new TraceFingerprint(
            BinaryPrimitives.ReadInt64LittleEndian(body.Span[Magic.Length..]), body.Slice(Magic.Length + sizeof(long), HashBytes));
        int described = BinaryPrimitives.ReadInt32LittleEndian(body.Span[(FixedBytes - sizeof(int))..]);
        if (!written.Is(identity) || described < 0 || described > body.Length - FixedBytes) return null;
        try
        {
            var analysis = new TraceAnalysis();
            using var description = new MemoryStream(bytes, FixedBytes, described, writable: false);
            if (!TraceReader.Read(description, file.Name, analysis).Findings.IsEmpty) return null;
            analysis.Restore(new SumsReader(body[(FixedBytes + described)..]));
            return analysis;
        }
        catch (Exception e) when (e is FormatException or TraceFormatException)
        {
            return null;
        }
    }

    /// <summary>Writes it beside its place and moves it there when it is whole.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static void Write(string trace, TraceFingerprint identity, TraceAnalysis analysis)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Magic);
        Span<byte> numbers = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, identity.Bytes);
        bytes.Write(numbers);
        bytes.Write(identity.Ends.Span);
        byte[] description = Description(analysis);
        BinaryPrimitives.WriteInt32LittleEndian(numbers, description.Length);
        bytes.Write(numbers[..sizeof(int)]);
        bytes.Write(description);
        using (var sums = new SumsWriter(bytes)) analysis.Save(sums);
        BinaryPrimitives.WriteUInt32LittleEndian(numbers, Crc(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        bytes.Write(numbers[..CrcBytes]);
        WholeFile.Write(trace + Extension, file => bytes.WriteTo(file));
    }

    private static byte[] Description(TraceAnalysis analysis)
    {
        var bytes = new MemoryStream();
        using (var writer = new TraceWriter(bytes, process: 0))
        {
            analysis.Describe(writer);
            writer.End(writer.Totals(interrupted: false));
        }
        return bytes.ToArray();
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (byte b in bytes[(words.Length * sizeof(ulong))..]) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
