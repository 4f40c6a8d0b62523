using System.Buffers.Binary;

namespace ExitProf.Traces;

/// <summary>
/// Reads the records of the function_graph tracer, by the formats that the kernel itself gives for them. Safe on hostile bytes: a record
/// that is too short for its fields is counted and left out.
/// </summary>
public sealed class GraphDecoder
{
    private readonly (int Id, FieldDecoder Function, FieldDecoder Depth) entry, exit;
    private readonly int idOffset, pidOffset, commonBytes;

    /// <param name="entry">Of events/ftrace/funcgraph_entry.</param>
    /// <param name="exit">Of events/ftrace/funcgraph_exit.</param>
    /// <exception cref="FormatException">A format lacks what a call is told by.</exception>
    public GraphDecoder(EventFormat entry, EventFormat exit)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(exit);
        idOffset = Field(entry, "common_type", 2);
        pidOffset = Field(entry, "common_pid", 4);
        commonBytes = Math.Max(idOffset + sizeof(ushort), pidOffset + sizeof(int));
        if (Field(exit, "common_type", 2) != idOffset || Field(exit, "common_pid", 4) != pidOffset || entry.Id == exit.Id)
            throw new FormatException($"The formats of {entry.Name} and {exit.Name} contradict each other.");
        (this.entry, this.exit) = (Reading(entry), Reading(exit));
    }

    /// <summary>Records that were too short for the fields that their format says they have.</summary>
    public long Damaged { get; private set; }

    /// <param name="thread">Whose records are wanted.</param>
    /// <returns>False for a record of another event or thread, and for one that is damaged.</returns>
    public bool TryDecode(ulong time, ReadOnlySpan<byte> payload, int thread, out GraphRecord record)
    {
        record = default;
        if (payload.Length < commonBytes)
        {
            Damaged++;
            return false;
        }
        int id = BinaryPrimitives.ReadUInt16LittleEndian(payload[idOffset..]);
        if (id != entry.Id && id != exit.Id || BinaryPrimitives.ReadInt32LittleEndian(payload[pidOffset..]) != thread) return false;
        (_, FieldDecoder function, FieldDecoder depth) = id == entry.Id ? entry : exit;
        // No function is at 0.
        if (payload.Length < Math.Max(function.Offset + function.Size, depth.Offset + depth.Size) || function.Read(payload) == 0)
        {
            Damaged++;
            return false;
        }
        record = new GraphRecord(time, function.Read(payload), (int)depth.Read(payload), id == entry.Id);
        return true;
    }

    private static (int Id, FieldDecoder Function, FieldDecoder Depth) Reading(EventFormat format) =>
        (FieldDecoder.TryOf(format, "func"), FieldDecoder.TryOf(format, "depth")) is ({ Size: 8 } function, { Size: > 0 } depth)
            ? (format.Id, function, depth)
            : throw new FormatException($"Event {format.Name} lacks its function or its depth.");

    private static int Field(EventFormat format, string name, int size) =>
        format.Field(name) is { } field && field.Size == size
            ? field.Offset
            : throw new FormatException($"Event {format.Name} has no field {name} of {size} bytes.");
}
