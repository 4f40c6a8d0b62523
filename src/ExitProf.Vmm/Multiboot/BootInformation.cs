using System.Buffers.Binary;
using System.Text;

namespace ExitProf.Vmm;

/// <summary>
/// What the boot loader tells a guest of Multiboot 1, section 3.3: how much memory there is, its command line, and one module. The module
/// is the text of variables by which kvm-unit-tests is told what it else asks QEMU's fw_cfg for.
/// </summary>
internal static class BootInformation
{
    /// <summary>EAX at the guest's first instruction.</summary>
    public const uint BootMagic = 0x2BADB002;

    public const int MostCommandLineBytes = 4000;

    /// <summary>Page 0 holds the vectors of real mode, which a guest may use.</summary>
    private const ulong Start = 0x1000;

    // Offsets from the structure's own address, which is that of a page. A header may demand modules at pages (flag 0).
    private const int ModuleEntry = 0x80, MemoryMap = 0x90, LoaderName = 0xd0, ModuleText = 0x1000, CommandLine = 0x2000, Bytes = 0x3000;

    // Which fields are filled: memory, command line, modules, memory map, loader's name.
    private const uint Flags = 1 | 1 << 2 | 1 << 3 | 1 << 6 | 1 << 9;
    private const uint LowKilobytes = 640;
    private const uint OneMegabyte = 1 << 20;
    private const int MapEntryBytes = 24;
    private const uint Available = 1;

    /// <summary>Writes it where the image leaves room, below it if it can: guests take what follows them for theirs.</summary>
    /// <param name="memory">The guest's, from address 0 on, at least 1 MB.</param>
    /// <returns>Its address: EBX at the first instruction.</returns>
    /// <exception cref="MultibootException">The command line is too long, or there is no room.</exception>
    public static uint Write(Span<byte> memory, MultibootImage image, string commandLine, string variables)
    {
        byte[] line = Encoding.UTF8.GetBytes(commandLine), module = Encoding.ASCII.GetBytes(variables);
        if (line.Length > MostCommandLineBytes || commandLine.Contains('\0', StringComparison.Ordinal)) throw new MultibootException(
            $"The guest's command line has {line.Length:N0} bytes, and this VMM hands over {MostCommandLineBytes:N0} without a 0 between.");
        if (image.FindRoom(Start, Bytes, memory.Length) is not { } at)
            throw new MultibootException(
                "The guest's image leaves no room in its memory for what the boot loader tells it: link it smaller.");
        Span<byte> info = memory.Slice((int)at, Bytes);
        info.Clear();
        Put(info, 0, Flags, LowKilobytes, ((uint)memory.Length - OneMegabyte) >> 10);
        Put(info, 16, (uint)at + CommandLine, 1, (uint)at + ModuleEntry);
        Put(info, 44, 2 * MapEntryBytes, (uint)at + MemoryMap);
        Put(info, 64, (uint)at + LoaderName);
        Put(info, ModuleEntry, (uint)at + ModuleText, (uint)(at + ModuleText) + (uint)module.Length, 0, 0);
        PutRange(info[MemoryMap..], 0, LowKilobytes << 10);
        PutRange(info[(MemoryMap + MapEntryBytes)..], OneMegabyte, (uint)memory.Length - OneMegabyte);
        "exitprof"u8.CopyTo(info[LoaderName..]);
        line.CopyTo(info[CommandLine..]);
        module.CopyTo(info[ModuleText..]);
        return (uint)at;
    }

    private static void PutRange(Span<byte> entry, uint start, uint bytes) =>
        Put(entry, 0, MapEntryBytes - sizeof(uint), start, 0, bytes, 0, Available);

    private static void Put(Span<byte> to, int at, params ReadOnlySpan<uint> words)
    {
        foreach (uint word in words)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to[at..], word);
            at += sizeof(uint);
        }
    }
}
