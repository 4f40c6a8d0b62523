using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>Pieces that cannot be unpacked are damaged, whatever the library says about them.</summary>
public sealed class DecompressorTests
{
    [Theory]
    [InlineData("zlib", new byte[] { 0x78, 0x20, 1, 2, 3, 4, 5, 6 })]
    [InlineData("zlib", new byte[] { 0x78, 0x9c, 0xff, 0xff, 0xff, 0xff })]
    [InlineData("zlib", new byte[] { 0x78 })]
    [InlineData("zlib", new byte[] { 0, 0, 0, 0 })]
    [InlineData("zstd", new byte[] { 0x28, 0xb5, 0x2f, 0xfd, 0x21, 1, 2, 3, 4 })]
    public void What_asks_for_a_dictionary_or_is_no_stream_is_damaged(string algorithm, byte[] packed)
    {
        using Decompressor unpacker = Decompressor.TryOf(algorithm)!;
        Assert.False(unpacker.TryUnpack(packed, packed.Length, new byte[16]));
    }
}
