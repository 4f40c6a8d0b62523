using System.Buffers.Binary;

namespace ExitProf.Traces;

/// <summary>
/// The bytes between two acceptable blocks. Every payload ends in a mark that says what and how long it is, so those that are whole are
/// found and read: a damaged byte costs the event that it is in, not its block.
/// </summary>
internal sealed class DamagedPart
{
    /// <summary>
    /// Bytes whose checksum is computed before the search is given up: only a file made for it has this many marks that lie.
    /// </summary>
    private const long MostChecked = 64 << 20;

    private byte[] bytes = [];
    private readonly List<(EventId Id, byte[] Payload)> found = [];
    private int length;

    /// <summary>Where the search goes on: everything before has been looked at.</summary>
    private int next;

    /// <summary>No payload begins before the end of the one that was found last.</summary>
    private int least;
    private long checkedBytes;

    /// <summary>Events that were found, in all parts of the file.</summary>
    internal long Events { get; private set; }

    /// <summary>Their bytes.</summary>
    internal long EventBytes { get; private set; }

    internal void Append(ReadOnlySpan<byte> skipped)
    {
        if (bytes.Length == 0) bytes = new byte[4 * TraceEvents.MaxPayloadBytes];
        while (skipped.Length > 0)
        {
            if (length == bytes.Length) MakeRoom();
            int taken = Math.Min(skipped.Length, bytes.Length - length);
            skipped[..taken].CopyTo(bytes.AsSpan(length));
            length += taken;
            skipped = skipped[taken..];
            Search();
        }
    }

    /// <summary>Ends the part: event blocks of what was found, in the order of the file.</summary>
    /// <param name="check">Knows what the file has declared.</param>
    /// <param name="after">Time of the last event before it: times go on from here, because they must rise.</param>
    /// <param name="before">Time of the first event after it.</param>
    internal byte[] Take(NettraceCheck check, long after, long before)
    {
        var blocks = new MemoryStream();
        var writer = new NettraceWriter(blocks);
        long time = after;
        foreach ((EventId id, byte[] payload) in found)
        {
            if (!check.Declares(id)) continue;
            if (++time >= before) break;
            writer.Event(id, time, payload);
            Events++;
            EventBytes += payload.Length;
        }
        writer.Flush();
        found.Clear();
        (length, next, least) = (0, 0, 0);
        return blocks.ToArray();
    }

    private void Search()
    {
        Span<byte> mark = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(mark, TraceEvents.Mark);
        while (checkedBytes < MostChecked && bytes.AsSpan(next..length).IndexOf(mark) is >= 0 and var at)
        {
            int end = next + at + TraceEvents.MarkBytes;
            if (end > length)
            {
                next += at;
                return;
            }
            next = end;
            TryEventBefore(end);
        }
        next = Math.Max(next, length - sizeof(uint) + 1);
    }

    /// <summary>Whether what the mark in front of <paramref name="end"/> speaks of is there, and whole.</summary>
    private void TryEventBefore(int end)
    {
        var id = (EventId)BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(end - 4));
        int size = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(end - 2));
        int begin = end - size;
        if (id is < EventId.Scenario or > TraceEvents.Last || begin < least || size < 2 * sizeof(uint) + TraceEvents.MarkBytes) return;
        checkedBytes += size;
        ReadOnlySpan<byte> payload = bytes.AsSpan(begin..end);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(payload), crc = BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]);
        if (TraceEvents.Crc(id, count, payload[8..]) != crc) return;
        found.Add((id, payload.ToArray()));
        least = end;
    }

    /// <summary>Keeps the last bytes: a payload whose mark has not come yet may begin in them.</summary>
    private void MakeRoom()
    {
        int kept = TraceEvents.MaxPayloadBytes, gone = length - kept;
        bytes.AsSpan(gone..length).CopyTo(bytes);
        length = kept;
        next = Math.Max(0, next - gone);
        least = Math.Max(0, least - gone);
    }
}
