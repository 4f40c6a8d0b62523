using System.Buffers.Binary;
using System.Text;
using ExitProf.Analysis;
using ExitProf.Tests.Nettrace;
using ExitProf.Traces;

namespace ExitProf.Tests.Functions;

/// <summary>What the plugin and the guest's kernel wrote is read with care, and functions come out of a trace as they went in.</summary>
public sealed class FunctionFileTests
{
    [Fact]
    public void Ways_are_read_with_their_counts()
    {
        ExitWays ways = ExitWays.Read(File((7, [1, 2, 3]), (1, [0xFFFFFF81000000])));
        Assert.Equal((5, 6), (ways.TooLong, ways.NoRoom));
        Assert.Equal([7L, 1L], ways.Ways.Select(w => w.Exits));
        Assert.Equal(3, ways.Ways[0].Instructions.Length);
        Assert.True(ways.Ways[1].Instructions[0].IsKernel);
        Assert.Equal(0xFFFFFFFF_81000000, ways.Ways[1].Instructions[0].Address);
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_or_promises_too_much_is_refused()
    {
        byte[] whole = File((7, [1, 2, 3]), (2, [4]));
        for (int length = 0; length < whole.Length; length++) Assert.Throws<FormatException>(() => ExitWays.Read(whole.AsSpan(0, length)));
        foreach (long length in (long[])[0, -1, long.MaxValue, int.MaxValue])
        {
            byte[] bad = [.. whole];
            BinaryPrimitives.WriteInt64LittleEndian(bad.AsSpan(40), length);
            Assert.Throws<FormatException>(() => ExitWays.Read(bad));
        }
    }

    [Fact]
    public void Symbols_are_functions_of_kernel_and_modules_and_nothing_else()
    {
        KernelSymbols symbols = KernelSymbols.Parse("ffffffff81000000 T first\nffffffff81000100 d data\nffffffff81000200 t second\t[kvm]\nffffffff81000200 t alias\t[kvm]\nrubbish\nffffffff8"u8);
        Assert.Null(symbols.Find(0xffffffff80ffffff));
        Assert.Equal("first", symbols.Find(0xffffffff81000000));
        Assert.Equal("first", symbols.Find(0xffffffff810001ff));
        Assert.Equal("second [kvm]", symbols.Find(0xffffffff81000200));
        Assert.Null(symbols.Find(0xffffffff82000200));
    }

    [Fact]
    public void Symbols_whose_addresses_are_hidden_are_refused() =>
        Assert.Throws<FormatException>(() => KernelSymbols.Parse("0000000000000000 T first\n0000000000000000 T second\n"u8));

    [Fact]
    public void Functions_that_differ_are_named_with_both_counts_whatever_module_they_are_in()
    {
        FunctionCount[] a = [new("same", 5, []), new("kvm_io_bus_write [kvm]", 27, []), new("gone [plant]", 3, [])],
            b = [new("same", 5, []), new("kvm_io_bus_write", 228, []), new("new", 1, [])];
        Assert.Equal([new FunctionShift("kvm_io_bus_write", 27, 228), new FunctionShift("gone [plant]", 3, 0), new FunctionShift("new", 0, 1)],
            FunctionShift.Of([.. a], [.. b]));
        Assert.Empty(FunctionShift.Of([], [.. b]));
    }

    [Fact]
    public void Stacks_of_a_trace_are_read_back_and_folded()
    {
        using var folder = new TemporaryFolder();
        string path = folder["functions.nettrace"];
        StackCount[] stacks = [new(0, "exit", "run;handle", 12), new(0, "", "run", 3)];
        using (var writer = new TraceWriter(path))
        {
            SampleTrace.Ordinary().Write(writer);
            foreach (StackCount stack in stacks) writer.Stack(stack);
            writer.End(writer.Totals(false));
        }
        var read = new RecordedTrace();
        TraceReader.Read(path, read);
        Assert.Equal(stacks, read.Stacks);
        using var folded = new MemoryStream();
        TraceExport.Write(path, "t", TraceExport.Folded, folded);
        string[] lines = Encoding.UTF8.GetString(folded.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains(lines, l => l.EndsWith(";exit;run;handle 12", StringComparison.Ordinal));
    }

    private static byte[] File(params (long Exits, ulong[] Instructions)[] ways)
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write("EXITPATH"u8);
        writer.Write(1);
        writer.Write(ways.Length);
        writer.Write(5L);
        writer.Write(6L);
        foreach ((long exits, ulong[] instructions) in ways)
        {
            writer.Write(exits);
            writer.Write((long)instructions.Length);
            foreach (ulong instruction in instructions) writer.Write(instruction);
        }
        return bytes.ToArray();
    }
}
