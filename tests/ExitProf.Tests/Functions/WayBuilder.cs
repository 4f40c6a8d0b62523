using System.Text;
using ExitProf.Traces;

namespace ExitProf.Tests.Functions;

/// <summary>Builds ways of a small kernel whose functions lie 4 KiB apart from each other.</summary>
internal sealed class WayBuilder
{
    public const ulong Kernel = 0xffffffff_81000000;
    private const int KindShift = 56;
    private const ulong AddressMask = (1UL << KindShift) - 1;
    private static readonly string[] Functions = ["run", "handle", "search", "event", "clock", "resume"];
    private readonly List<WayInstruction> instructions = [];

    public static KernelSymbols Symbols { get; } = KernelSymbols.Parse(Encoding.ASCII.GetBytes(
        string.Concat(Functions.Select((f, i) => $"{Kernel + (ulong)i * 4096:x} t {f}{(f == "search" ? "\t[kvm]" : "")}\n"))));

    public WayBuilder Guest(int count, ulong from = 0x1000) => Add(from, count, 4);

    /// <summary>The guest reads the clock.</summary>
    public WayBuilder Stamp() => Add(0x1000, 1, 4 | 8);

    public WayBuilder User(int count) => Add(0x7f0000000000, count, 0);

    /// <summary>Instructions of a function that neither call nor return.</summary>
    public WayBuilder In(string function, int count, int from = 0) => Add(AddressOf(function) + (ulong)from, count, 0);

    public WayBuilder CallFrom(string function, int at) => Add(AddressOf(function) + (ulong)at, 1, 1);

    public WayBuilder ReturnFrom(string function, int at) => Add(AddressOf(function) + (ulong)at, 1, 2);

    /// <summary>A function of the kernel reads the clock.</summary>
    public WayBuilder Clock(string function, int at) => Add(AddressOf(function) + (ulong)at, 1, 8);

    public WayBuilder Vmrun(string function, int at) => Add(AddressOf(function) + (ulong)at, 1, 16);

    public ExitWay Way(long exits = 100) => new(exits, [.. instructions]);

    public static ulong AddressOf(string function) => Kernel + (ulong)Array.IndexOf(Functions, function) * 4096;

    private WayBuilder Add(ulong from, int count, ulong kind)
    {
        for (int i = 0; i < count; i++) instructions.Add(new WayInstruction(((from + (ulong)i) & AddressMask) | kind << KindShift));
        return this;
    }
}
