using System.Runtime.InteropServices;

namespace ExitProf.Reports.Charts.Png;

/// <summary>librsvg 2.46 or later: a reader of SVG that loads nothing from anywhere when it is given no base address.</summary>
internal static unsafe partial class Rsvg
{
    private const string Library = "librsvg-2.so.2";
    private const string GLib = "libglib-2.0.so.0";
    private const string GObject = "libgobject-2.0.so.0";

    [StructLayout(LayoutKind.Sequential)]
    internal struct Rectangle
    {
        public double X;
        public double Y;
        public double Width;
        public double Height;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct GError
    {
        public uint Domain;
        public int Code;
        public byte* Message;
    }

    [LibraryImport(Library, EntryPoint = "rsvg_handle_new_from_data")]
    internal static partial RsvgHandle NewFromData(byte* data, nuint length, out nint error);

    /// <summary>Returns a gboolean: 0 means that <paramref name="error"/> is set.</summary>
    [LibraryImport(Library, EntryPoint = "rsvg_handle_render_document")]
    internal static partial int RenderDocument(RsvgHandle handle, CairoContext context, in Rectangle viewport, out nint error);

    [LibraryImport(GObject, EntryPoint = "g_object_unref")]
    internal static partial void Unref(nint instance);

    [LibraryImport(GLib, EntryPoint = "g_error_free")]
    private static partial void ErrorFree(nint error);

    /// <summary>Copies the message of a GError and frees it.</summary>
    internal static string TakeMessage(nint error)
    {
        if (error == 0) return "no reason given";
        string message = Marshal.PtrToStringUTF8((nint)((GError*)error)->Message)?.ReplaceLineEndings(" ").TrimEnd(' ', '.') ?? "";
        ErrorFree(error);
        return message;
    }
}

internal sealed class RsvgHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Rsvg.Unref(handle);
        return true;
    }
}
