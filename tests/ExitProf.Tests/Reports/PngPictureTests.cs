using System.Buffers.Binary;
using ExitProf.Reports.Charts;
using ExitProf.Reports.Charts.Png;

namespace ExitProf.Tests.Reports;

public sealed class PngPictureTests
{
    private static byte[] Draw(SvgPicture picture, double scale)
    {
        try
        {
            return PngPicture.Draw(picture, scale);
        }
        catch (PictureLibraryException missing) when (missing.InnerException is DllNotFoundException)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_picture_has_the_size_of_its_svg_times_the_scale(double scale)
    {
        SvgPicture svg = Pictures.Of([SampleSummaries.PioOut()])[0].Svg;
        byte[] png = Draw(svg, scale);
        Assert.Equal<byte>([0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'], png[..8]);
        Assert.Equal("IHDR"u8, png.AsSpan(12, 4));
        Assert.Equal((uint)Math.Ceiling(svg.Width * scale), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(16)));
        Assert.Equal((uint)Math.Ceiling(svg.Height * scale), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(20)));
        Assert.Equal("IEND"u8, png.AsSpan(png.Length - 8, 4));
    }

    [Fact]
    public void Something_is_drawn()
    {
        // An empty sheet of this size is a few kB at most.
        Assert.True(Draw(Pictures.Of([SampleSummaries.PioOut()])[0].Svg, 2).Length > 30_000);
    }

    [Fact]
    public void Hostile_names_can_be_drawn()
    {
        foreach (Picture picture in Pictures.Of([SampleSummaries.HostileNames(), SampleSummaries.PioOut()])) Assert.NotEmpty(Draw(picture.Svg, 1));
    }

    [Fact]
    public void What_the_library_refuses_is_one_sentence()
    {
        Draw(new SvgPicture(10, 10, "x", "x", ""), 1);
        var refused = Assert.Throws<PictureLibraryException>(() => PngPicture.Draw(new SvgPicture(10, 10, "x", "x", "<not-closed>")));
        Assert.StartsWith("Cannot draw a PNG: rsvg_handle_new_from_data: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
