using System.Buffers.Binary;
using System.Text;
using ExitProf.Traces;

namespace ExitProf.Tests.Ftrace;

public sealed class KernelEventDecoderTests
{
    private const ulong StartText = 0xffffffff8281a2a4, EndText = 0xffffffff8281a291, TickText = 0xffffffff8281a5be;

    private static readonly Dictionary<ulong, string> Texts = new()
    {
        [StartText] = "Start context switch",
        [EndText] = "End context switch",
        [TickText] = "Start scheduler-tick",
    };

    [Fact]
    public void Every_event_of_the_border_table_has_its_stamp()
    {
        var expected = new Dictionary<string, Stamp>
        {
            ["kvm_exit"] = Stamp.KvmExit,
            ["kvm_entry"] = Stamp.KvmEntry,
            ["kvm_emulate_insn"] = Stamp.KvmEmulateInsn,
            ["kvm_pio"] = Stamp.KvmPio,
            ["kvm_mmio"] = Stamp.KvmMmio,
            ["kvm_userspace_exit"] = Stamp.KvmUserspaceExit,
            ["kvm_page_fault"] = Stamp.KvmPageFault,
            ["vcpu_match_mmio"] = Stamp.VcpuMatchMmio,
            ["kvm_fast_mmio"] = Stamp.KvmFastMmio,
            ["kvm_cpuid"] = Stamp.KvmCpuid,
            ["kvm_msr"] = Stamp.KvmMsr,
            ["kvm_hypercall"] = Stamp.KvmHypercall,
            ["kvm_apic"] = Stamp.KvmApic,
            ["kvm_eoi"] = Stamp.KvmEoi,
            ["kvm_inj_virq"] = Stamp.KvmInjVirq,
            ["kvm_inj_exception"] = Stamp.KvmInjException,
            ["read_msr"] = Stamp.ReadMsr,
            ["write_msr"] = Stamp.WriteMsr,
            ["bus_write_begin"] = Stamp.BusWriteBegin,
            ["bus_write_end"] = Stamp.BusWriteEnd,
            ["bus_read_begin"] = Stamp.BusReadBegin,
            ["bus_read_end"] = Stamp.BusReadEnd,
            ["vcpu_put_begin"] = Stamp.VcpuPutBegin,
            ["vcpu_put_end"] = Stamp.VcpuPutEnd,
            ["vcpu_load_begin"] = Stamp.VcpuLoadBegin,
            ["vcpu_load_end"] = Stamp.VcpuLoadEnd,
            ["sched_switch"] = Stamp.Other,
        };
        int id = 1;
        var formats = expected.Keys.ToDictionary(name => name, name => Format(name, id++));
        var decoder = new KernelEventDecoder(formats.Values);
        foreach (var (name, stamp) in expected) Assert.Equal(stamp, StampOf(decoder, Record(formats[name].Id)));
    }

    [Fact]
    public void Fpu_swaps_and_system_calls_are_told_by_their_fields()
    {
        var fpu = Format("kvm_fpu", 7, ("load", 8, 4));
        var enter = Format("sys_enter", 8, ("id", 8, 8), ("args", 16, 48));
        var exit = Format("sys_exit", 9, ("id", 8, 8));
        var decoder = new KernelEventDecoder([fpu, enter, exit]);
        Assert.Equal(Stamp.KvmFpuLoad, StampOf(decoder, Record(7, (8, 1))));
        Assert.Equal(Stamp.KvmFpuUnload, StampOf(decoder, Record(7, (8, 0))));
        Assert.Equal(Stamp.SysEnter, StampOf(decoder, Record(8, (8, 16), (24, 0xae80))));
        Assert.Equal(Stamp.Other, StampOf(decoder, Record(8, (8, 16), (24, 0x8090ae81))));
        Assert.Equal(Stamp.Other, StampOf(decoder, Record(8, (8, 1), (24, 0xae80))));
        Assert.Equal(Stamp.SysExit, StampOf(decoder, Record(9, (8, 16))));
        Assert.Equal(Stamp.Other, StampOf(decoder, Record(9, (8, 257))));
        // A kernel whose format does not tell the arguments.
        var plain = new KernelEventDecoder([Format("sys_enter", 8, ("id", 8, 8))]);
        Assert.Equal(Stamp.SysEnter, StampOf(plain, Record(8, (8, 16))));
    }

    [Fact]
    public void Rcu_notes_are_told_by_their_texts()
    {
        var decoder = new KernelEventDecoder([Format("rcu_utilization", 5, ("s", 8, 8))], Texts);
        Assert.Equal(
            [Stamp.Other, Stamp.RcuEnd, Stamp.RcuStart, Stamp.RcuEnd, Stamp.Other],
            new[] { TickText, EndText, StartText, EndText, 0UL }.Select(text => StampOf(decoder, Record(5, (8, text)))));
        Assert.False(decoder.RcuByOrder);
    }

    [Fact]
    public void Rcu_notes_without_texts_are_told_by_their_order()
    {
        var decoder = new KernelEventDecoder([Format("rcu_utilization", 5, ("s", 8, 8))]);
        Assert.False(decoder.RcuByOrder);
        // A lost End does not turn the rest round.
        Assert.Equal(
            [Stamp.RcuStart, Stamp.RcuEnd, Stamp.RcuStart, Stamp.RcuStart, Stamp.RcuEnd, Stamp.Other],
            new[] { StartText, EndText, StartText, StartText, EndText, TickText }.Select(text => StampOf(decoder, Record(5, (8, text)))));
        Assert.True(decoder.RcuByOrder);
    }

    [Fact]
    public void Attributes_are_read_where_the_format_says()
    {
        var decoder = new KernelEventDecoder([Format("kvm_exit", 3, ("exit_reason", 8, 4), ("isa", 24, 4), ("info1", 32, 8))]);
        byte[] record = Record(3, (8, 0x7b), (24, 2), (32, 0x3f80010));
        record[2] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), 4711);
        Assert.True(decoder.TryDecode(99, record, out var e));
        Assert.Equal(new KernelEvent(99, Stamp.KvmExit, 4711, InterruptsOff: true, 0x7b, KernelEvent.IsaSvm, 0x3f80010), e);
        Assert.Equal(4711, decoder.Pid(record));
        Assert.Equal("kvm_exit", decoder.Format(record)!.Name);
    }

    [Fact]
    public void Short_and_unknown_records_are_counted()
    {
        var decoder = new KernelEventDecoder([Format("kvm_exit", 3, ("exit_reason", 8, 4), ("isa", 24, 4))]);
        Assert.False(decoder.TryDecode(0, Record(3).AsSpan(0, 27), out _));
        Assert.False(decoder.TryStamp(Record(3).AsSpan(0, 7), out _));
        Assert.True(decoder.TryDecode(0, Record(3).AsSpan(0, 28), out _));
        Assert.Equal(Stamp.Other, StampOf(decoder, Record(2)));
        Assert.Equal(Stamp.Other, StampOf(decoder, Record(40000)));
        Assert.Equal((2L, 2L), (decoder.DamagedRecords, decoder.UnknownRecords));
        Assert.Null(decoder.Format(Record(40000)));
        Assert.Null(decoder.Format([1, 2]));
        Assert.Equal(0, decoder.Pid([1, 2]));
    }

    [Fact]
    public void Formats_that_contradict_each_other_are_refused()
    {
        Assert.Throws<FormatException>(() => new KernelEventDecoder([]));
        Assert.Throws<FormatException>(() => new KernelEventDecoder([Format("a", 1), Format("b", 1)]));
        Assert.Throws<FormatException>(() => new KernelEventDecoder([Format("kvm_fpu", 1)]));
        Assert.Throws<FormatException>(() => new KernelEventDecoder([Format("kvm_exit", 1, ("exit_reason", 8, 3))]));
        Assert.Throws<FormatException>(() => new KernelEventDecoder([EventFormat.Parse("name: a\nID: 1\nformat:\n")]));
    }

    private static Stamp StampOf(KernelEventDecoder decoder, byte[] record)
    {
        Assert.True(decoder.TryStamp(record, out var stamp));
        return stamp;
    }

    private static EventFormat Format(string name, int id, params (string Name, int Offset, int Size)[] fields)
    {
        var text = new StringBuilder()
            .Append($"name: {name}\nID: {id}\nformat:\n")
            .Append(
                "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
            )
            .Append("\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n");
        foreach (var (field, offset, size) in fields) text.Append($"\tfield:u64 {field};\toffset:{offset};\tsize:{size};\tsigned:0;\n");
        return EventFormat.Parse(text.ToString());
    }

    private static byte[] Record(int id, params (int Offset, ulong Value)[] values)
    {
        byte[] record = new byte[72];
        foreach (var (offset, value) in values) BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(offset), value);
        BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)id);
        return record;
    }
}
