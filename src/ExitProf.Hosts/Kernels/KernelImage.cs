using System.Buffers.Binary;
using System.Text;

namespace ExitProf.Hosts;

/// <summary>The header of a bzImage (Documentation/arch/x86/boot.rst).</summary>
internal static class KernelImage
{
    private const int BootFlag = 0x1FE;
    private const int Magic = 0x202;
    private const int VersionOffset = 0x20E;
    private const int VersionBase = 0x200;
    private const int MostVersionBytes = 256;

    /// <returns>"6.1.0-57-cloud-amd64".</returns>
    /// <exception cref="HostException">The file is no kernel for x86.</exception>
    public static string Release(string path)
    {
        // A pipe is not waited for: it has no length, as a device has none.
        if (new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path).Length == 0) throw NoImage(path);
        using FileStream file = File.OpenRead(path);
        Span<byte> header = stackalloc byte[0x400];
        header = header[..file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)];
        if (header.Length < VersionOffset + 2 || header[BootFlag] != 0x55 || header[BootFlag + 1] != 0xAA
            || !header[Magic..].StartsWith("HdrS"u8))
        {
            throw NoImage(path);
        }
        file.Position = VersionBase + BinaryPrimitives.ReadUInt16LittleEndian(header[VersionOffset..]);
        Span<byte> version = stackalloc byte[MostVersionBytes];
        version = version[..file.ReadAtLeast(version, version.Length, throwOnEndOfStream: false)];
        int end = version.IndexOfAny((byte)0, (byte)' ');
        return Encoding.ASCII.GetString(version[..(end < 0 ? version.Length : end)]);
    }

    private static HostException NoImage(string path) => new(
        $"{path} is no kernel image for x86: name a bzImage (in a built tree arch/x86/boot/bzImage, on Debian /boot/vmlinuz-…).");
}
