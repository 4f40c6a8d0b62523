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
