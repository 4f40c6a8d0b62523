using System.Runtime.InteropServices;

namespace ExitProf.Reports.Charts.Png;

/// <summary>The few calls of cairo that a picture needs. cairo never returns null: a failed object carries a status.</summary>
internal static unsafe partial class Cairo
{
    private const string Library = "libcairo.so.2";

    internal const int FormatArgb32 = 0;
    internal const int Success = 0;
    internal const int WriteError = 11;

    /// <summary>cairo refuses longer sides.</summary>
    internal const int MaxSide = 32767;

    [LibraryImport(Library, EntryPoint = "cairo_image_surface_create")]
    internal static partial CairoSurface ImageSurfaceCreate(int format, int width, int height);

    [LibraryImport(Library, EntryPoint = "cairo_surface_status")]
    internal static partial int SurfaceStatus(CairoSurface surface);

    [LibraryImport(Library, EntryPoint = "cairo_surface_write_to_png_stream")]
    internal static partial int SurfaceWriteToPngStream(CairoSurface surface, delegate* unmanaged[Cdecl]<nint, byte*, uint, int> write, nint closure);

    [LibraryImport(Library, EntryPoint = "cairo_surface_destroy")]
    internal static partial void SurfaceDestroy(nint surface);

    [LibraryImport(Library, EntryPoint = "cairo_create")]
    internal static partial CairoContext Create(CairoSurface surface);

    [LibraryImport(Library, EntryPoint = "cairo_status")]
    internal static partial int Status(CairoContext context);

    [LibraryImport(Library, EntryPoint = "cairo_destroy")]
    internal static partial void Destroy(nint context);

    [LibraryImport(Library, EntryPoint = "cairo_status_to_string")]
    private static partial byte* StatusToString(int status);

    internal static void Check(int status, string call)
    {
        if (status != Success) throw new PictureLibraryException($"Cannot draw a PNG: {call}: {Marshal.PtrToStringUTF8((nint)StatusToString(status))}.");
    }
}

internal sealed class CairoSurface() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Cairo.SurfaceDestroy(handle);
        return true;
    }
}

internal sealed class CairoContext() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Cairo.Destroy(handle);
        return true;
    }
}
