using System.Buffers.Binary;
using System.Text;
using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>
/// KVM's own statistics of a VM or a vCPU, as its binary file has them (Documentation/virt/kvm/api.rst, KVM_GET_STATS_FD; Linux 5.14). The
/// file is read by safe code: it says itself where everything is.
/// </summary>
public static class KvmStatistics
{
    private const int HeaderBytes = 24;
    private const int DescriptorBytes = 16;

    /// <summary>Larger than any kernel's; what follows would be left out.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>Every statistic that is one number.</summary>
    internal static unsafe IReadOnlyDictionary<string, long> Read(KvmHandle of)
    {
        using var file = new KvmHandle(of.Call(KvmIoctl.GetStatsFd, 0, "use Linux 5.14 or later"));
        var all = new List<byte>();
        byte[] some = new byte[4096];
        while (all.Count < MaxBytes)
        {
            nint got;
            fixed (byte* p = some) got = LibC.read(file.Fd, p, some.Length);
            if (got < 0) throw SystemCallException.Last("read(KVM statistics)");
            if (got == 0) break;
            all.AddRange(some.AsSpan(0, (int)got));
        }
        return Parse(all.ToArray());
    }

    /// <exception cref="FormatException">The bytes are not such a file.</exception>
    public static IReadOnlyDictionary<string, long> Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderBytes) throw Bad();
        int nameBytes = Number(file, 4), count = Number(file, 8), descriptors = Number(file, 16), data = Number(file, 20);
        int each = DescriptorBytes + nameBytes;
        var found = new Dictionary<string, long>();
        for (int i = 0; i < count; i++)
        {
            long at = descriptors + (long)i * each;
            if (nameBytes is < 1 or > 4096 || at < 0 || at + each > file.Length) throw Bad();
            var descriptor = file.Slice((int)at, each);
            int values = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[6..]);
            long value = data + (long)BinaryPrimitives.ReadUInt32LittleEndian(descriptor[8..]);
            if (value < 0 || value + sizeof(long) > file.Length) throw Bad();
            if (values != 1) continue;
            var name = descriptor[DescriptorBytes..];
            int end = name.IndexOf((byte)0);
            found[Encoding.ASCII.GetString(end < 0 ? name : name[..end])] = BinaryPrimitives.ReadInt64LittleEndian(file[(int)value..]);
        }
        return found;
    }

    private static int Number(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadInt32LittleEndian(file[at..]) is >= 0 and var number
        ? number : throw Bad();

    private static FormatException Bad() => new("KVM's statistics are not laid out as documented.");
}
