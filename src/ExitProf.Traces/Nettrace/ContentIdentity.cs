using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ExitProf.Traces;

/// <summary>
/// Names what was recorded: traces of one identity hold the same exits, blocks and facts. It leaves out when, by what and on what an
/// emulated host ran, and how the file is cut into blocks, so that three recordings of one kept machine have one identity; a
/// <see cref="FileIdentity"/> tells them apart.
/// </summary>
public sealed class ContentIdentity : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <inheritdoc cref="Of(Stream, string)"/>
    public static string Of(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return Of(file, path);
    }

    /// <param name="stream">Read in order, never sought.</param>
    /// <param name="name">For messages.</param>
    /// <returns>SHA-256 of the numbers and payloads of all events but <see cref="EventId.OuterMachine"/>, in hexadecimal.</returns>
    /// <exception cref="TraceFormatException">The file is no trace.</exception>
    public static string Of(Stream stream, string name)
    {
        using var identity = new ContentIdentity();
        var blocks = new CheckedNettrace(stream, name);
        while (blocks.NextEvents(out ReadOnlySpan<byte> block))
        {
            var rest = new EventBlock(block);
            while (rest.Next())
            {
                if (blocks.EventOf(rest.Metadata) is { } id) identity.Add(id, rest.Payload);
            }
        }
        return identity.Finish();
    }

    /// <summary>Takes the next event of the trace.</summary>
    internal void Add(EventId id, ReadOnlySpan<byte> payload)
    {
        if (id == EventId.OuterMachine) return;
        Span<byte> number = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(number, (ushort)id);
        hash.AppendData(number);
        hash.AppendData(payload);
    }

    /// <returns>The identity of the events that were added, in hexadecimal.</returns>
    public string Finish() => Convert.ToHexStringLower(hash.GetHashAndReset());

    public void Dispose() => hash.Dispose();
}
