using System.Text;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// A bzImage of a few instructions, which QEMU boots in a moment: it writes a text on the serial line, once or for ever, and then spins.
/// </summary>
internal static class TinyKernel
{
    private const int SetupSectors = 4;
    private const int Sector = 512;

    // Offsets in the file; the boot loader jumps to 0x200 in real mode, with the data segment at the file's start
    // (Documentation/arch/x86/boot.rst).
    private const int CodeAt = 0x280;
    private const int TextAt = 0x300;

    /// <param name="forEver">Whether it writes the text again and again.</param>
    public static byte[] Saying(string text, bool forEver = false)
    {
        byte[] image = new byte[(1 + SetupSectors + 1) * Sector];
        image[0x1F1] = SetupSectors;
        (image[0x1FE], image[0x1FF]) = (0x55, 0xAA);
        // jmp to the code
        (image[0x200], image[0x201]) = (0xEB, CodeAt - 0x202);
        "HdrS"u8.CopyTo(image.AsSpan(0x202));
        // Protocol 2.4; the kernel is loaded high.
        (image[0x206], image[0x207], image[0x211]) = (0x04, 0x02, 0x01);
        image[0x216] = 0x10;
        // The first root may lie anywhere below 2 GiB.
        image.AsSpan(0x22C, 3).Fill(0xFF);
        image[0x22F] = 0x7F;
        byte[] code =
        [
            0xBE, TextAt & 0xFF, TextAt >> 8, // mov si, text
            0xAC, 0x84, 0xC0, 0x74, 0x06, // lodsb; test al, al; jz behind the loop
            0xBA, 0xF8, 0x03, 0xEE, 0xEB, 0xF5, // mov dx, 0x3f8; out dx, al; jmp to lodsb
            0xEB, (byte)(forEver ? 0xF0 : 0xFE), // jmp to the start, or to itself
        ];
        code.CopyTo(image, CodeAt);
        Encoding.ASCII.GetBytes(text + "\0").CopyTo(image, TextAt);
        return image;
    }
}
