using System.Buffers.Text;
using System.Text;

namespace ExitProf.Traces;

/// <summary>Which function of the kernel an address belongs to, from /proc/kallsyms.</summary>
public sealed class KernelSymbols
{
    /// <summary>Code that no symbol names, such as a trampoline that the kernel wrote while it ran, lies beyond every function.</summary>
    private const ulong LongestFunction = 1 << 16;

    private readonly ulong[] addresses;
    private readonly string[] names;

    private KernelSymbols(ulong[] addresses, string[] names) => (this.addresses, this.names) = (addresses, names);

    /// <param name="text">Lines of "address type name [module]"; of others nothing is taken.</param>
    /// <exception cref="FormatException">No function has an address: the kernel hides them.</exception>
    public static KernelSymbols Parse(ReadOnlySpan<byte> text)
    {
        var found = new List<(ulong Address, string Name)>();
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            if (!Utf8Parser.TryParse(line, out ulong address, out int digits, 'x') || address == 0) continue;
            // " T name" or " t name\t[module]".
            if (line.Length < digits + 4 || line[digits] != ' ' || (line[digits + 1] | 0x20) is not ((byte)'t' or (byte)'w')) continue;
            found.Add((address, Encoding.ASCII.GetString(line[(digits + 3)..]).Replace("\t", " ", StringComparison.Ordinal)));
        }
        if (found.Count == 0) throw new FormatException("no function has an address");
        // Several names of one place are aliases; the first one in the kernel's own order is shown.
        (ulong Address, string Name)[] ordered = [.. found.DistinctBy(f => f.Address).OrderBy(f => f.Address)];
        return new KernelSymbols([.. ordered.Select(f => f.Address)], [.. ordered.Select(f => f.Name)]);
    }

    /// <returns>"kvm_io_bus_write [kvm]"; null if none is known.</returns>
    public string? Find(ulong address)
    {
        int at = Array.BinarySearch(addresses, address);
        if (at < 0) at = ~at - 1;
        return at >= 0 && address - addresses[at] < LongestFunction ? names[at] : null;
    }
}
