using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>The ways that exits of an emulated host took, as the plugin exit-path.c wrote them down.</summary>
/// <param name="TooLong">Exits with more instructions than it writes down.</param>
/// <param name="NoRoom">Exits of ways for which another one had to go.</param>
public sealed record ExitWays(ImmutableArray<ExitWay> Ways, long TooLong, long NoRoom)
{
    private const int HeaderBytes = 32;
    private const int WayBytes = 16;

    /// <exception cref="FormatException">The bytes are none of the plugin's.</exception>
    public static ExitWays Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || !bytes.StartsWith("EXITPATH"u8) || BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != 1)
            throw new FormatException("no file of the plugin");
        uint number = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        long tooLong = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), noRoom = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]);
        var ways = ImmutableArray.CreateBuilder<ExitWay>();
        bytes = bytes[HeaderBytes..];
        for (uint i = 0; i < number; i++)
        {
            if (bytes.Length < WayBytes) throw new FormatException("a file that is cut");
            long exits = BinaryPrimitives.ReadInt64LittleEndian(bytes), length = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
            bytes = bytes[WayBytes..];
            if (exits < 1 || length < 1 || length > bytes.Length / sizeof(ulong)) throw new FormatException("a file that is cut");
            int size = (int)length * sizeof(ulong);
            ways.Add(new ExitWay(exits, [.. MemoryMarshal.Cast<byte, WayInstruction>(bytes[..size])]));
            bytes = bytes[size..];
        }
        return new ExitWays(ways.ToImmutable(), tooLong, noRoom);
    }
}

/// <summary>One way: from the guest's stamp before its instruction up to its next one, which is no part of it.</summary>
/// <param name="Exits">How many took exactly this way.</param>
public sealed record ExitWay(long Exits, ImmutableArray<WayInstruction> Instructions);
