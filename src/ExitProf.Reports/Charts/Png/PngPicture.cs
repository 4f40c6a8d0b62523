using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ExitProf.Reports.Charts.Png;

/// <summary>A chart as PNG: its SVG drawn by librsvg and cairo, so that page and picture cannot differ.</summary>
public static unsafe class PngPicture
{
    private const string Remedy = "install the Debian packages librsvg2-2 and fonts-dejavu-core (apt install librsvg2-2 fonts-dejavu-core); the HTML report needs neither";

    /// <param name="scale">Pixels per CSS pixel: 2 is crisp on common screens. Less if the picture would be longer than cairo can draw.</param>
    /// <exception cref="PictureLibraryException">A library is missing, or it refused.</exception>
    public static byte[] Draw(SvgPicture picture, double scale = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        try
        {
            return Draw(Encoding.UTF8.GetBytes(picture.Standalone()), picture.Width, picture.Height, Math.Min(scale, Cairo.MaxSide / Math.Max(picture.Width, picture.Height)));
        }
        catch (DllNotFoundException missing)
        {
            throw new PictureLibraryException($"Cannot draw a PNG, because librsvg-2.so.2 or libcairo.so.2 cannot be loaded: {Remedy}.", missing);
        }
        catch (EntryPointNotFoundException old)
        {
            throw new PictureLibraryException($"Cannot draw a PNG, because librsvg is older than 2.46: {Remedy}.", old);
        }
    }

    private static byte[] Draw(byte[] svg, double width, double height, double scale)
    {
        // The library reads the bytes within the call and keeps no pointer to them.
        fixed (byte* data = svg)
        {
            using RsvgHandle handle = Rsvg.NewFromData(data, (nuint)svg.Length, out nint error);
            if (handle.IsInvalid) throw new PictureLibraryException($"Cannot draw a PNG: rsvg_handle_new_from_data: {Rsvg.TakeMessage(error)}.");

            using CairoSurface surface = Cairo.ImageSurfaceCreate(Cairo.FormatArgb32, (int)Math.Ceiling(width * scale), (int)Math.Ceiling(height * scale));
            Cairo.Check(Cairo.SurfaceStatus(surface), "cairo_image_surface_create");
            using CairoContext context = Cairo.Create(surface);
            Cairo.Check(Cairo.Status(context), "cairo_create");

            var viewport = new Rsvg.Rectangle { Width = width * scale, Height = height * scale };
            if (Rsvg.RenderDocument(handle, context, viewport, out error) == 0)
                throw new PictureLibraryException($"Cannot draw a PNG: rsvg_handle_render_document: {Rsvg.TakeMessage(error)}.");
            Cairo.Check(Cairo.Status(context), "rsvg_handle_render_document");
            return Encode(surface);
        }
    }

    private static byte[] Encode(CairoSurface surface)
    {
        using var png = new MemoryStream();
        GCHandle closure = GCHandle.Alloc(png);
        try
        {
            Cairo.Check(Cairo.SurfaceWriteToPngStream(surface, &Write, GCHandle.ToIntPtr(closure)), "cairo_surface_write_to_png_stream");
        }
        finally
        {
            closure.Free();
        }
        return png.ToArray();
    }

    /// <summary>cairo_write_func_t. An exception must not cross native frames: it becomes a status.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint closure, byte* data, uint length)
    {
        try
        {
            ((MemoryStream)GCHandle.FromIntPtr(closure).Target!).Write(new ReadOnlySpan<byte>(data, checked((int)length)));
            return Cairo.Success;
        }
#pragma warning disable CA1031 // Anything, for the reason above.
        catch (Exception)
#pragma warning restore CA1031
        {
            return Cairo.WriteError;
        }
    }
}
