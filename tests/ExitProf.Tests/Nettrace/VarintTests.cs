using ExitProf.Traces;

namespace ExitProf.Tests.Nettrace;

public sealed class VarintTests
{
    [Fact]
    public void Numbers_of_every_length_come_back_with_and_without_room_behind_them()
    {
        var random = new System.Random(1);
        byte[] bytes = new byte[3 * Varint.MaxBytes];
        for (int bits = 0; bits < 64; bits++)
        {
            foreach (int room in (int[])[0, 1, 20])
            {
                ulong value = (ulong)random.NextInt64() >> bits << (bits == 0 ? 1 : 0);
                random.NextBytes(bytes);
                int length = Varint.Write(value, bytes, 0);
                ReadOnlySpan<byte> data = bytes.AsSpan(0, Math.Min(bytes.Length, length + room));
                Assert.Equal(value, Varint.Read(ref data));
                Assert.Equal(room, data.Length);
            }
        }
    }

    [Fact]
    public void Numbers_in_a_row_are_those_that_come_one_by_one()
    {
        var random = new System.Random(2);
        for (int round = 0; round < 500; round++)
        {
            long[] values = [.. Enumerable.Range(0, random.Next(40)).Select(_ => random.NextInt64(long.MinValue, long.MaxValue)
                >> random.Next(64))];
            byte[] bytes = new byte[values.Length * Varint.MaxBytes + random.Next(12)];
            int length = 0;
            foreach (long value in values) length = Varint.WriteSigned(value, bytes, length);
            int room = random.Next(bytes.Length - length + 1);
            ReadOnlySpan<byte> data = bytes.AsSpan(0, length + room);
            long[] read = new long[values.Length];
            Varint.ReadSigned(ref data, read);
            Assert.Equal(values, read);
            Assert.Equal(room, data.Length);
            if (length == 0) continue;
            byte[] cut = bytes[..random.Next(length)];
            Assert.Throws<FormatException>(() =>
            {
                ReadOnlySpan<byte> rest = cut;
                Varint.ReadSigned(ref rest, new long[values.Length]);
            });
        }
    }

    [Fact]
    public void A_number_that_does_not_end_is_refused()
    {
        Assert.Throws<FormatException>(() => Read([]));
        Assert.Throws<FormatException>(() => Read([0x80]));
        Assert.Throws<FormatException>(() => Read([.. Enumerable.Repeat((byte)0xff, 7)]));
        Assert.Throws<FormatException>(() => Read([.. Enumerable.Repeat((byte)0xff, 20)]));

        static ulong Read(byte[] bytes)
        {
            ReadOnlySpan<byte> data = bytes;
            return Varint.Read(ref data);
        }
    }
}
