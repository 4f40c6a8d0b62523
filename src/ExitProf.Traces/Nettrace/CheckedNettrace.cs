using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ExitProf.Traces;

/// <summary>
/// The part of a .nettrace file that is whole: the event blocks that <see cref="NettraceCheck"/> accepts, and events that are whole in what
/// it does not. Whoever reads them sees neither a cut nor damage to the structure.
/// </summary>
/// <remarks>
/// One pass, no seeking. Where a block is not acceptable, the next one is searched by the first bytes that every event block has, so that
/// damage costs the block it is in and no more.
/// </remarks>
internal sealed class CheckedNettrace
{
    /// <summary>Magic, reserved word, major and minor version.</summary>
    private const int MagicBytes = 20;

    private const int BlockHeaderBytes = 4;

    /// <summary>Year, month, day of the week, day, hour, minute, second, millisecond.</summary>
    private const int DateFields = 8;

    /// <summary>
    /// After this much searching in damaged data (a fraction of a second) the rest counts as lost: nobody but an attacker gets there.
    /// </summary>
    private const long MaxRowsRefused = 10_000_000;

    private readonly Stream file;
    private readonly string name;
    private readonly NettraceCheck check = new();
    private readonly DamagedPart damage = new();

    /// <summary>Event blocks of what was whole in a damaged part, still to be read.</summary>
    private ReadOnlyMemory<byte> rescued;
    private readonly byte[] buffer;
    private long bufferOffset;
    private int start;
    private int end;
    private int segmentEnd;
    private long damageStart = -1;

    /// <param name="file">Read to its end, from where it stands.</param>
    /// <param name="name">For messages.</param>
    /// <exception cref="TraceFormatException">This is no trace of ExitProf, or not of a version that can be read.</exception>
    internal CheckedNettrace(Stream file, string name)
    {
        this.file = file;
        this.name = name;
        // What is in memory already, as the head of a summary is, needs no more room than it has.
        int room = 4 * NettraceCheck.MaxBlockBytes;
        buffer = new byte[file is MemoryStream small ? (int)Math.Min(room, small.Length - small.Position + BlockHeaderBytes) : room];
        ReadBeginning();
    }

    /// <summary>Bytes read from the file so far.</summary>
    internal long BytesRead { get; private set; }

    /// <summary>True once the file's own end block has been reached, false if it is cut.</summary>
    internal bool IsWhole { get; private set; }

    /// <summary>Where the last block that could be used ends; 0 before that is known.</summary>
    internal long EndOffset { get; private set; }

    /// <summary>Places before the end where blocks had to be left out.</summary>
    internal int DamagedPlaces { get; private set; }

    internal long DamagedBytes { get; private set; }

    /// <summary>True if the container says that it was begun at a time that there is not.</summary>
    internal bool HasImpossibleDate { get; private set; }

    internal long FirstDamageOffset { get; private set; }

    /// <summary>Events in damaged parts that were whole all the same.</summary>
    internal long RescuedEvents => damage.Events;

    /// <summary>Their bytes, of those before <see cref="EndOffset"/>.</summary>
    internal long RescuedBytes { get; private set; }

    internal long RescuedBehindEnd { get; private set; }

    /// <summary>Event that a number of the file stands for; null if it is of another provider.</summary>
    internal EventId? EventOf(uint metadata) => check.EventOf(metadata);

    /// <summary>Moves to the next event block.</summary>
    /// <param name="events">Its contents behind the block's header, until the next call.</param>
    /// <returns>False at the end.</returns>
    internal bool NextEvents(out ReadOnlySpan<byte> events)
    {
        while (true)
        {
            if (!rescued.IsEmpty)
            {
                events = Block(rescued.Span, out byte _);
                rescued = rescued[(BlockHeaderBytes + events.Length)..];
                return true;
            }
            if (start < segmentEnd)
            {
                events = Block(buffer.AsSpan(start, segmentEnd - start), out byte kind);
                start = segmentEnd;
                if (kind == NettraceWriter.EventKind) return true;
            }
            else if (!Next())
            {
                events = default;
                return false;
            }
        }
    }

    private static ReadOnlySpan<byte> Block(ReadOnlySpan<byte> block, out byte kind)
    {
        uint header = BinaryPrimitives.ReadUInt32LittleEndian(block);
        kind = (byte)(header >> 24);
        return block.Slice(BlockHeaderBytes, (int)(header & 0xffffff));
    }

    private void ReadBeginning()
    {
        const string remedy = "give a file that exitprof record, profile or ab has written";
        bool any = Fill(8);
        if (any && buffer.AsSpan(0, 8).SequenceEqual("PERFILE2"u8))
            throw new TraceFormatException($"{name} is a recording of perf: make a trace of it first, by exitprof import.");
        if (!any || !buffer.AsSpan(0, 8).SequenceEqual("Nettrace"u8))
            throw new TraceFormatException($"{name} is not a trace (it does not begin like a .nettrace file): {remedy}.");
        if (!Fill(MagicBytes))
            throw TooShort();
        // Up to version 5 a serialized object stood here, not a version.
        bool object5 = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(8)) != 0;
        uint major = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(12));
        if (object5)
            throw new TraceFormatException($"{name} is a .nettrace file of version 5 or older, which another tool has recorded: {remedy}.");
        if (major != 6)
            throw new TraceFormatException($"{name} is a .nettrace file of version {major}, but ExitProf reads version 6: {remedy}.");

        if (!Fill(MagicBytes + BlockHeaderBytes)) throw TooShort();
        uint header = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(MagicBytes));
        int length = (int)(header & 0xffffff);
        if (
            header >> 24 != NettraceWriter.TraceKind
            || length > NettraceCheck.MaxBlockBytes
            || !Fill(MagicBytes + BlockHeaderBytes + length)
        )
            throw TooShort();
        string? version;
        try
        {
            Span<byte> block = buffer.AsSpan(MagicBytes + BlockHeaderBytes, length);
            HasImpossibleDate = MendDate(block);
            version = ReadVersion(block);
        }
        catch (FormatException)
        {
            throw TooShort();
        }

        if (version is null) throw new TraceFormatException($"{name} is a .nettrace file, but another tool has recorded it: {remedy}.");
        if (!int.TryParse(version, out int number) || number < 1) throw TooShort();
        if (number > TraceEvents.Version)
        {
            throw new TraceFormatException(
                $"{name} was written by a newer ExitProf (trace format {number}, this one reads up to {TraceEvents.Version}): update exitprof."
            );
        }
        start = segmentEnd = MagicBytes + BlockHeaderBytes + length;
    }

    /// <summary>Looks for a date that there is not: other tools throw at it, and nothing here is measured by it.</summary>
    /// <returns>Whether it had to.</returns>
    private static bool MendDate(Span<byte> block)
    {
        Span<short> date = MemoryMarshal.Cast<byte, short>(block[..Math.Min(block.Length, DateFields * sizeof(short))]);
        if (date.Length < DateFields) return false;
        try
        {
            _ = new DateTime(date[0], date[1], date[3], date[4], date[5], date[6], date[7]);
            return false;
        }
        catch (ArgumentOutOfRangeException)
        {
            ((ReadOnlySpan<short>)[1970, 1, 4, 1, 0, 0, 0, 0]).CopyTo(date);
            return true;
        }
    }

    /// <summary>Reads the trace block as TraceEvent will.</summary>
    /// <returns>The version of our own format; null if there is none.</returns>
    private static string? ReadVersion(ReadOnlySpan<byte> block)
    {
        var reader = new NettraceReader(block);
        reader.Skip(DateFields * sizeof(short));
        reader.Skip(16); // start and frequency, which only other tools use
        if (reader.U32() != sizeof(ulong)) throw new FormatException();
        string? version = null;
        for (uint left = reader.U32(); left > 0; left--)
        {
            string key = Encoding.UTF8.GetString(reader.Text());
            string value = Encoding.UTF8.GetString(reader.Text());
            if (key == TraceEvents.VersionKey) version = value;
        }
        return version;
    }

    private TraceFormatException TooShort() =>
        new($"{name} is cut or damaged before its first event, so nothing of it can be read: record it again.");

    /// <summary>Moves to the next acceptable block.</summary>
    /// <returns>False behind the end block.</returns>
    private bool Next()
    {
        if (EndOffset > 0) return false;
        long lastTime = check.LastTime;
        while (Fill(BlockHeaderBytes))
        {
            uint header = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(start));
            if (header == NettraceWriter.EndKind && damageStart < 0)
            {
                IsWhole = true;
                start += BlockHeaderBytes;
                break;
            }
            int length = (int)(header & 0xffffff);
            if (length <= NettraceCheck.MaxBlockBytes && Fill(BlockHeaderBytes + length)
                && check.Accept((byte)(header >> 24), buffer.AsSpan(start + BlockHeaderBytes, length)))
            {
                segmentEnd = start + BlockHeaderBytes + length;
                EndDamage(lastTime);
                return true;
            }
            if (damageStart < 0) damageStart = bufferOffset + start;
            if (check.RowsRefused > MaxRowsRefused || !Search()) break;
        }

        EndOffset = damageStart >= 0 ? damageStart : bufferOffset + start;
        if (!IsWhole) damage.Append(buffer.AsSpan(start..end));
        // What stands behind the end block is only counted.
        for (int read; (read = ReadFile(buffer)) > 0;)
        {
            if (!IsWhole) damage.Append(buffer.AsSpan(0, read));
        }
        if (!IsWhole)
        {
            rescued = damage.Take(check, lastTime, long.MaxValue);
            RescuedBehindEnd = damage.EventBytes - RescuedBytes;
        }
        (start, segmentEnd) = (0, 0);
        return !rescued.IsEmpty;
    }

    /// <param name="lastTime">Of the events before the damage.</param>
    private void EndDamage(long lastTime)
    {
        if (damageStart < 0) return;
        rescued = damage.Take(check, lastTime, check.FirstTime > lastTime ? check.FirstTime : long.MaxValue);
        RescuedBytes = damage.EventBytes;
        if (DamagedPlaces++ == 0) FirstDamageOffset = damageStart;
        DamagedBytes += bufferOffset + start - damageStart;
        damageStart = -1;
    }

    /// <summary>Moves to the next place that looks like an event block.</summary>
    private bool Search()
    {
        ReadOnlySpan<byte> pattern = [NettraceWriter.EventBlockHeaderBytes, 0, (byte)NettraceWriter.CompressedHeaders, 0];
        Skip(1);
        while (Fill(BlockHeaderBytes + pattern.Length))
        {
            int at = buffer.AsSpan(start + BlockHeaderBytes, end - start - BlockHeaderBytes).IndexOf(pattern);
            if (at >= 0)
            {
                Skip(at);
                return true;
            }
            Skip(end - BlockHeaderBytes - pattern.Length + 1 - start);
        }
        return false;
    }

    private void Skip(int bytes)
    {
        damage.Append(buffer.AsSpan(start, bytes));
        start += bytes;
    }

    /// <summary>Reads on until the given number of bytes follows <see cref="start"/>; false if the file ends before.</summary>
    private bool Fill(int bytes)
    {
        while (end - start < bytes)
        {
            if (buffer.Length - start < bytes)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                bufferOffset += start;
                end -= start;
                start = 0;
            }
            int read = ReadFile(buffer.AsSpan(end));
            if (read == 0) return false;
            end += read;
        }
        return true;
    }

    private int ReadFile(Span<byte> target)
    {
        int read = file.Read(target);
        BytesRead += read;
        return read;
    }
}
