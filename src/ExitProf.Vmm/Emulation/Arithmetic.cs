using System.Numerics;

namespace ExitProf.Vmm;

/// <summary>
/// What the general instructions compute, flags included (Intel SDM volume 2). Flags that are undefined are left as they were.
/// </summary>
internal static class Arithmetic
{
    public const ulong Carry = 1;
    public const ulong Parity = 4;
    public const ulong Adjust = 0x10;
    public const ulong Zero = 0x40;
    public const ulong Sign = 0x80;
    public const ulong Overflow = 0x800;
    private const ulong All = Carry | Parity | Adjust | Zero | Sign | Overflow;

    /// <summary>ZF says whether there was a bit, the others become zero.</summary>
    public static ulong Popcnt(ulong source, ref ulong flags)
    {
        flags = (flags & ~All) | (source == 0 ? Zero : 0);
        return (ulong)BitOperations.PopCount(source);
    }

    /// <summary>CRC-32C of the source's bytes. No flag changes.</summary>
    public static ulong Crc32(ulong crc, ulong source, int bytes) => bytes switch
    {
        1 => BitOperations.Crc32C((uint)crc, (byte)source),
        2 => BitOperations.Crc32C((uint)crc, (ushort)source),
        4 => BitOperations.Crc32C((uint)crc, (uint)source),
        _ => BitOperations.Crc32C((uint)crc, source),
    };

    /// <param name="control">Bits 7 to 0: the first bit taken; bits 15 to 8: how many.</param>
    /// <param name="bits">Width of the operands.</param>
    public static ulong Bextr(ulong source, ulong control, int bits, ref ulong flags)
    {
        int start = (byte)control, length = (byte)(control >> 8);
        ulong result = start >= bits ? 0 : source >> start;
        if (length < 64) result &= (1ul << length) - 1;
        // OF and CF are cleared; AF, SF and PF are undefined.
        flags = (flags & ~(Carry | Overflow | Zero)) | (result == 0 ? Zero : 0);
        return result;
    }

    /// <summary>Sum with a carry that comes from and goes to one flag; all others stay.</summary>
    /// <param name="flag">CF of ADCX, OF of ADOX.</param>
    public static ulong AddWithCarry(ulong a, ulong b, int bytes, ulong flag, ref ulong flags)
    {
        ulong carry = (flags & flag) != 0 ? 1ul : 0;
        ulong sum;
        bool over;
        if (bytes == 4)
        {
            ulong wide = (ulong)(uint)a + (uint)b + carry;
            sum = (uint)wide;
            over = wide >> 32 != 0;
        }
        else
        {
            sum = unchecked(a + b + carry);
            over = sum < a || (carry != 0 && sum == a);
        }
        flags = over ? flags | flag : flags & ~flag;
        return sum;
    }
}
