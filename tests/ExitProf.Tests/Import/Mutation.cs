namespace ExitProf.Tests.Import;

/// <summary>
/// Breaks files in the ways in which files break: bits, bytes, lengths, pieces missing, doubled, moved or from another file.
/// </summary>
internal static class Mutation
{
    private const int MostChanges = 8;

    /// <param name="samples">The first is broken; pieces come from any.</param>
    /// <param name="from">At least half of the changes lie behind this byte of the file.</param>
    public static byte[] Of(byte[][] samples, Random random, int from = 0) => Of(samples, random, from, out _);

    /// <param name="past">Whether the first change, which the others are seen through, lies behind that byte.</param>
    public static byte[] Of(byte[][] samples, Random random, int from, out bool past)
    {
        past = false;
        List<byte> bytes = [.. samples[0]];
        int changes = random.Next(1, MostChanges);
        for (int i = 0; i < changes && bytes.Count > 0; i++)
        {
            int least = random.Next(4) > 0 ? Math.Min(from, bytes.Count - 1) : 0;
            int at = random.Next(least, bytes.Count);
            if (i == 0) past = at >= from;
            int length = Math.Min(random.Next(1, 200), bytes.Count - at);
            switch (random.Next(9))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                case 5: bytes.InsertRange(at, Piece(samples[random.Next(samples.Length)], random)); break;
                case 6: bytes.Insert(at, (byte)'\n'); break;
                case 7: Number(bytes, at, random); break;
                default: bytes.RemoveAt(at); break;
            }
        }
        return [.. bytes];
    }

    private static byte[] Piece(byte[] other, Random random)
    {
        if (other.Length == 0) return [];
        int at = random.Next(other.Length);
        return other[at..Math.Min(other.Length, at + random.Next(1, 400))];
    }

    /// <summary>Numbers at the edges of their types, as digits or as bytes.</summary>
    private static void Number(List<byte> bytes, int at, Random random)
    {
        ulong[] edges = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, long.MaxValue, ulong.MaxValue];
        ulong edge = edges[random.Next(edges.Length)];
        byte[] written = random.Next(2) == 0 ? System.Text.Encoding.ASCII.GetBytes(edge.ToString())
            : BitConverter.GetBytes(edge)[..(1 << random.Next(4))];
        for (int i = 0; i < written.Length && at + i < bytes.Count; i++) bytes[at + i] = written[i];
    }
}
