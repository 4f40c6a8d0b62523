using System.Buffers;
using System.Text;

namespace ExitProf.Hosts;

/// <summary>
/// Writes the archive that Linux unpacks as its first root: cpio's "newc" format
/// (Documentation/driver-api/early-userspace/buffer-format.rst). Everything belongs to root and is dated 0, so the same files give the same
/// bytes.
/// </summary>
internal sealed class CpioWriter(Stream stream) : IDisposable
{
    private const int FolderMode = 0x41ED; // 040755
    private const int FileMode = 0x81A4; // 0100644
    private const int ProgramMode = 0x81ED; // 0100755
    private const int CharacterDeviceMode = 0x2180; // 020600
    private const string Trailer = "TRAILER!!!";

    private readonly HashSet<string> folders = [];
    private long written;
    private int inode;

    /// <summary>Adds a folder and those above it, if they are not there yet.</summary>
    /// <param name="path">From the root, without a leading slash.</param>
    public void Folder(string path)
    {
        if (path.Length == 0 || !folders.Add(path)) return;
        Folder(Path.GetDirectoryName(path) ?? "");
        Header(path, FolderMode, 0);
    }

    public void File(string path, ReadOnlySpan<byte> contents, bool program = false)
    {
        Folder(Path.GetDirectoryName(path) ?? "");
        Header(path, program ? ProgramMode : FileMode, contents.Length);
        Write(contents);
        Pad();
    }

    /// <param name="source">A file of this machine.</param>
    public void Copy(string path, string source, bool program = false)
    {
        using FileStream file = System.IO.File.OpenRead(source);
        Folder(Path.GetDirectoryName(path) ?? "");
        Header(path, program ? ProgramMode : FileMode, file.Length);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
        long left = file.Length;
        while (left > 0)
        {
            int read = file.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (read == 0) throw new IOException($"The file '{source}' became shorter while it was read.");
            Write(buffer.AsSpan(0, read));
            left -= read;
        }
        ArrayPool<byte>.Shared.Return(buffer);
        Pad();
    }

    public void CharacterDevice(string path, int major, int minor)
    {
        Folder(Path.GetDirectoryName(path) ?? "");
        Header(path, CharacterDeviceMode, 0, major, minor);
    }

    /// <summary>Writes the end; the stream stays open.</summary>
    public void Dispose()
    {
        Header(Trailer, 0, 0);
        const int Block = 512;
        Write(new byte[(Block - written % Block) % Block]);
    }

    private void Header(string path, int mode, long bytes, int major = 0, int minor = 0)
    {
        // The format has eight hexadecimal digits for a length.
        if (bytes > uint.MaxValue) throw new HostException($"{path} has {bytes} bytes, and a cpio archive takes files of up to 4 GiB.");
        byte[] name = Encoding.UTF8.GetBytes(path);
        int links = mode == FolderMode ? 2 : 1;
        inode++;
        Write(Encoding.ASCII.GetBytes(
            $"070701{inode:X8}{mode:X8}{0:X8}{0:X8}{links:X8}{0:X8}{bytes:X8}{0:X8}{0:X8}{major:X8}{minor:X8}{name.Length + 1:X8}{0:X8}"));
        Write(name);
        Write([0]);
        Pad();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        written += bytes.Length;
    }

    private void Pad() => Write(new byte[(4 - written % 4) % 4]);
}
