using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ExitProf.Linux;

/// <summary>A serial line of the machine, at its highest usual speed, on which bytes pass as they are.</summary>
public static unsafe class SerialLine
{
    // <asm-generic/termbits.h> and <asm-generic/ioctls.h>.
    private const uint TCSETS = 0x5402;
    private const uint B115200 = 0x1002;
    private const uint CS8 = 0x30;
    private const uint CREAD = 0x80;
    private const uint CLOCAL = 0x800;

    /// <exception cref="SystemCallException">It is no serial line.</exception>
    public static FileStream OpenForWriting(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        SafeFileHandle handle = stream.SafeFileHandle;
        var raw = new Termios { Control = B115200 | CS8 | CREAD | CLOCAL };
        if (LibC.ioctl((int)handle.DangerousGetHandle(), TCSETS, (nint)(&raw)) == 0) return stream;
        SystemCallException failure = SystemCallException.Last("TCSETS");
        stream.Dispose();
        throw failure;
    }

    /// <summary>struct termios: with all else 0 nothing is translated, echoed or waited for.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Termios
    {
        public uint Input, Output, Control, Local;
        public byte Discipline;
        public fixed byte Characters[19];
    }
}
