using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>Turns the events of a file into calls of a sink, and counts what does not fit.</summary>
internal sealed class EventReader(ITraceSink sink, string name)
{
    private const int PrefixBytes = 2 * sizeof(uint);

    /// <summary>Never read before it is written: a summary is small, and a thousand of them have such a buffer each.</summary>
    private readonly byte[] payload = GC.AllocateUninitializedArray<byte>(TraceEvents.MaxPayloadBytes + ExitBatch.Padding);
    private readonly RisingNumbers blocks = new();
    private readonly List<Finding> found = [];
    private TraceHeader? header;
    private Configuration?[] configurations = [];
    private Fact?[] host = [];
    private bool begun;
    private int lastBlock = -1;
    private int lastClass = -1;
    private TraceTotals? totals;
    private long exits;
    private long batches;
    private int blockCount;
    private int classes;
    private int findings;
    private long wrongCrc;
    private long wrongFields;
    private string firstWrongField = "";
    private bool impossibleDate;
    private long impossibleFloors;
    private long impossibleMedians;
    private long unknownEvents;
    private long undefinedBlocks;
    private long damagedBatches;
    private string firstDamage = "";

    /// <summary>The clock of the trace; null before its header.</summary>
    internal TraceClock? Clock => header?.Clock;

    /// <summary>True if the exception that is under way came from the sink.</summary>
    internal bool SinkFailed { get; private set; }

    /// <summary>Reads one event, without allocating anything if it is a batch of exits.</summary>
    internal void Read(EventId id, ReadOnlySpan<byte> whole)
    {
        if (id is < EventId.Scenario or > TraceEvents.Last)
        {
            unknownEvents++;
            return;
        }
        int length = whole.Length;
        // A copy, because a batch is handed on with room for whole vectors behind it.
        whole.CopyTo(payload);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(payload.AsSpan(4));
        if (length < PrefixBytes || TraceEvents.Crc(id, count, payload.AsSpan(PrefixBytes, length - PrefixBytes)) != crc)
        {
            wrongCrc++;
            return;
        }
        try
        {
            if (TraceEvents.HasMark(id, payload.AsSpan(0, length))) length -= TraceEvents.MarkBytes;
            if (id is not (EventId.Exits or EventId.ExitColumns) && count != 1) throw new FormatException("a count other than 1");
            Read(id, (int)count, new PayloadReader(payload.AsSpan(PrefixBytes, length - PrefixBytes)));
        }
        catch (FormatException wrong) when (!SinkFailed)
        {
            if (wrongFields++ == 0) firstWrongField = $"{id}: {wrong.Message}";
        }
    }

    /// <summary>Hands the sink what reading has found and the end, if there was one.</summary>
    internal ImmutableArray<Finding> Finish(CheckedNettrace file)
    {
        Begin();
        if (!begun) throw new TraceFormatException(
            $"{name} is cut or damaged in its header, so nothing of it can be read: record it again.");
        DescribeFile(file);
        Count(wrongCrc, FindingKind.PayloadCrc, "payloads had a wrong checksum and were left out");
        Count(wrongFields, FindingKind.PayloadFormat, $"payloads had fields that cannot be and were left out (the first, {firstWrongField})");
        Count(undefinedBlocks, FindingKind.UndefinedBlock, "batches of exits belong to a block that the trace does not define and were left out");
        Count(damagedBatches, FindingKind.BatchDamaged, $"batches of exits could not be decoded to their end ({firstDamage})");
        Count(impossibleMedians, FindingKind.ImpossibleMedian, "medians of blocks cannot be and are taken as unknown");
        if (impossibleDate || file.HasImpossibleDate)
        {
            found.Add(FindingKind.ImpossibleDate.Of(1, "The trace says that it was recorded at a time that there is not: the beginning of 1970 is shown for it."));
        }
        if (impossibleFloors > 0)
        {
            found.Add(FindingKind.ImpossibleFloor.Of(impossibleFloors,
                "The trace says of an event or a step that it costs what nothing can cost: that is taken as unknown, and stages are not corrected for it."));
        }
        if (unknownEvents > 0)
        {
            found.Add(FindingKind.UnknownEvent.Of(unknownEvents, $"{unknownEvents} events are of kinds that this version does not know and were left out."));
        }
        CompareTotals(file.IsWhole);
        foreach (Finding finding in found) sink.Finding(finding);
        if (totals is not null) sink.End(totals);
        return [.. found];
    }

    private void Read(EventId id, int count, PayloadReader reader)
    {
        switch (id)
        {
            case EventId.Scenario:
                ReadScenario(reader);
                break;
            case EventId.Configuration:
                int configuration = reader.U16();
                if (begun || configuration >= configurations.Length) throw new FormatException("an index beyond the header's number");
                configurations[configuration] = new Configuration(reader.Text(), reader.Facts());
                break;
            case EventId.Host:
                int fact = reader.U16();
                if (begun || fact >= host.Length) throw new FormatException("an index beyond the header's number");
                host[fact] = new Fact(reader.Text(), reader.Text());
                break;
            default:
                // Without a header nothing else has a meaning; if it is missing for good, Finish says so.
                Begin();
                if (begun) ReadBody(id, count, reader);
                break;
        }
    }

    private void ReadBody(EventId id, int count, PayloadReader reader)
    {
        switch (id)
        {
            case EventId.Class:
                ReadClass(reader);
                break;
            case EventId.Block:
                ReadBlock(reader);
                break;
            case EventId.Exits:
                ReadExits(count, reader, BatchCoding.Rows);
                break;
            case EventId.ExitColumns:
                ReadExits(count, reader, BatchCoding.Columns);
                break;
            case EventId.Finding:
                ReadFinding(reader);
                break;
            case EventId.Thread:
                var thread = new VcpuIdentity(reader.Natural(), reader.I64(), reader.I32(), reader.I64(), reader.Text());
                Call(thread, static (sink, thread) => sink.Thread(thread));
                break;
            case EventId.Metric:
                var metric = new TableFigure(reader.Text(), reader.Text(), reader.Text(), reader.F64(), reader.Text());
                Call(metric, static (sink, metric) => sink.Metric(metric));
                break;
            case EventId.Stack:
            case EventId.Calls:
                StackCount stack = reader.Stack(withCalls: id == EventId.Calls);
                if (stack.Configuration >= configurations.Length) throw new FormatException(
                    "a configuration that the header does not have");
                Call(stack, static (sink, stack) => sink.Stack(stack));
                break;
            case EventId.EventCost:
                int of = reader.Natural();
                var stamp = (Stamp)reader.U8();
                reader.Text();
                var cost = new EventCost(of, stamp, reader.Natural(), reader.Natural());
                if (of >= configurations.Length) throw new FormatException("a configuration that the header does not have");
                Call(cost, static (sink, cost) => sink.EventCost(cost));
                break;
            case EventId.OuterMachine:
                var machine = new OuterMachine(Start(reader.Text()), reader.Text(), reader.Text());
                Call(machine, static (sink, machine) => sink.OuterMachine(machine));
                break;
            case EventId.End:
                totals = new TraceTotals(
                    reader.LongNatural(), reader.LongNatural(), reader.Natural(), reader.Natural(), reader.Natural(), reader.Bool());
                break;
        }
    }

    private void ReadScenario(PayloadReader reader)
    {
        if (header is not null) throw new FormatException("a second header");
        string scenario = reader.Text();
        var source = TraceSource.Named(reader.Text());
        var backend = (Backend)reader.U8();
        reader.Text();
        string guestMode = reader.Text();
        bool native = reader.Bool();
        string events = reader.Text();
        var groups = (EventGroups)reader.U8();
        long hertz = reader.I64();
        int grain = reader.I32();
        if (hertz < 0 || grain < 1) throw new FormatException("a clock that does not tick");
        double floor = Floor(reader.F64());
        ulong seed = reader.U64();
        DateTime start = Start(reader.Text());
        int number = reader.U16();
        if (number > TraceHeader.MaxConfigurations) throw new FormatException("more configurations than a trace can have");
        configurations = new Configuration?[number];
        host = new Fact?[reader.U16()];
        double stepFloor = reader.HasMore ? Floor(reader.F64()) : 0;
        int looks = reader.HasMore ? reader.U8() : 0;
        ClockUnit unit = reader.HasMore ? (ClockUnit)reader.U8() : TraceClock.UnitOf(source, hertz);
        if (!Enum.IsDefined(unit)) throw new FormatException("a clock of a unit that this version does not know");
        var clock = new TraceClock(hertz, grain, unit);
        header = new TraceHeader(scenario, source, backend, guestMode, native, events, groups, clock, floor, seed, start, [], [])
        {
            StepFloor = stepFloor,
            Looks = looks,
        };
    }

    private void ReadFinding(PayloadReader reader)
    {
        Severity severity = SeverityCodes.OfCode(reader.U8());
        reader.Text();
        string id = reader.Text();
        long count = reader.I64();
        string text = reader.Text(), subject = reader.HasMore ? reader.Text() : "";
        // Earlier writers put the subject behind the id: "instruction-cache cache=on".
        if (id.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space && subject.Length == 0)
            (id, subject) = (id[..space], id[(space + 1)..]);
        findings++;
        Call(new Finding(severity, id, count, text) { Subject = subject }, static (sink, finding) => sink.Finding(finding));
    }

    /// <summary>When it was recorded matters to no figure: what cannot be is the beginning of 1970.</summary>
    private DateTime Start(string text)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTime.TryParseExact(text, "O", CultureInfo.InvariantCulture, utc, out DateTime start)) return start;
        impossibleDate = true;
        return DateTime.UnixEpoch;
    }

    /// <summary>What a stamp costs is a time: what cannot be one is as good as unknown.</summary>
    private double Floor(double cycles)
    {
        if (cycles is >= 0 and <= TraceEvents.MaxCycles) return cycles;
        impossibleFloors++;
        return 0;
    }

    /// <summary>Gives the sink the header, once all its parts must have come.</summary>
    private void Begin()
    {
        if (begun || header is null) return;
        begun = true;
        int lost = configurations.Count(c => c is null) + host.Count(f => f is null);
        Count(lost, FindingKind.HeaderIncomplete, "configurations or host facts of the header were lost");
        header = header with
        {
            Configurations = [.. configurations.Select((c, i) => c ?? new Configuration($"lost-{i}", []))],
            Host = [.. host.Where(f => f is not null).Select(f => f!)],
        };
        Call(header, static (sink, header) => sink.Header(header));
    }

    private void ReadClass(PayloadReader reader)
    {
        int index = reader.I32();
        // Damage loses classes, but never enough at once to need more room.
        if (index <= lastClass || index >= TraceEvents.MaxClasses || index - lastClass > TraceEvents.MaxClassGap + classes)
            throw new FormatException("an index out of order");
        var kind = (ExitKind)reader.U8();
        var destination = (Destination)reader.U8();
        bool calibrated = reader.Bool();
        ulong subkey = reader.U64();
        string reason = reader.Text(), kvmExit = reader.Text();
        ReadOnlySpan<byte> signature = reader.Bytes();
        if (signature.Length is 0 or > ExitClass.MaxStamps) throw new FormatException("a signature of no or too many stamps");
        ImmutableArray<Stamp> stamps = [.. MemoryMarshal.Cast<byte, Stamp>(signature)];
        lastClass = index;
        classes++;
        Call(new ExitClass(index, kind, destination, reason, kvmExit, subkey, stamps, calibrated), static (sink, c) => sink.Class(c));
    }

    private void ReadBlock(PayloadReader reader)
    {
        int index = reader.I32();
        if (index <= lastBlock) throw new FormatException("an index out of order");
        int configuration = reader.Natural();
        if (configuration >= configurations.Length) throw new FormatException("a configuration that the header does not have");
        var block = new Block(
            index, configuration, (EventGroups)reader.U8(), reader.I32(), reader.Bool(), reader.U64(), reader.U64(), reader.Natural(),
            reader.Natural(), Median(reader.F64()), reader.I32(), reader.I32(), reader.I32(), reader.I32(), reader.I32(), reader.I64(),
            reader.HasMore ? reader.I32() : Block.NoQuad, reader.HasMore ? reader.Natural() : 0, reader.HasMore ? reader.Natural() : 0,
            reader.HasMore ? (Stamp)reader.U8() : Block.AllOn);
        if ((long)block.WarmUp + block.CoolDown > block.Exits) throw new FormatException("more warm-up and cool-down than exits");
        if (block.Vcpu >= TraceEvents.MaxVcpus) throw new FormatException("a vCPU that KVM cannot have");
        lastBlock = index;
        blocks.Add(index);
        blockCount++;
        Call(block, static (sink, block) => sink.Block(block));
    }

    /// <summary>NaN is the median of no exits.</summary>
    private double Median(double cycles)
    {
        if (cycles is >= 0 and <= TraceEvents.MaxCycles || double.IsNaN(cycles)) return cycles;
        impossibleMedians++;
        return double.NaN;
    }

    private void ReadExits(int count, PayloadReader reader, BatchCoding coding)
    {
        int block = reader.I32();
        int vcpu = reader.Natural();
        ulong start = reader.U64();
        int bytes = reader.Bytes().Length;
        if (count is < 1 or > ExitBatch.MaxExits) throw new FormatException("a count that a batch cannot have");
        if (!blocks.Contains(block))
        {
            undefinedBlocks++;
            return;
        }
        // The data are the last field of this version; whatever a later one puts behind them gives way to the padding.
        const int dataOffset = PrefixBytes + 4 + 4 + 8 + 2;
        payload.AsSpan(dataOffset + bytes, ExitBatch.Padding).Clear();
        batches++;
        exits += count;
        try
        {
            sink.Exits(new ExitBatch(block, vcpu, count, start, payload.AsSpan(dataOffset, bytes + ExitBatch.Padding)) { Coding = coding });
        }
        catch (FormatException damage)
        {
            if (damagedBatches++ == 0) firstDamage = damage.Message;
        }
        catch
        {
            SinkFailed = true;
            throw;
        }
    }

    private void Call<T>(T item, Action<ITraceSink, T> call)
    {
        try
        {
            call(sink, item);
        }
        catch
        {
            SinkFailed = true;
            throw;
        }
    }

    private void DescribeFile(CheckedNettrace file)
    {
        long behind = file.BytesRead - file.EndOffset - file.RescuedBehindEnd, damaged = file.DamagedBytes - file.RescuedBytes;
        string rescued = file.RescuedEvents > 0 ? $"; {file.RescuedEvents} events among them were whole and were read" : "";
        // An estimate: exits lost in proportion to the bytes lost.
        double density = exits / (double)Math.Max(1, file.BytesRead - behind - damaged);
        string About(long bytes) => exits > 0 ? $", which would hold about {Math.Round(bytes * density):0} exits" : "";
        if (file.DamagedPlaces > 0)
        {
            found.Add(FindingKind.TraceDamaged.Of(file.DamagedPlaces,
                $"The file is damaged in {file.DamagedPlaces} places, the first at byte {file.FirstDamageOffset}; "
                + $"{damaged} bytes were left out{About(damaged)}{rescued}."));
        }
        if (!file.IsWhole)
        {
            found.Add(FindingKind.TraceCut.Of(1,
                $"The trace is cut at byte {file.EndOffset}; {behind} bytes behind it hold no whole event and were left out{(file.DamagedPlaces == 0 ? rescued : "")}."));
        }
        else if (behind > 0)
        {
            found.Add(FindingKind.TrailingData.Of(1, $"{behind} bytes behind the end of the trace were left out."));
        }
    }

    private void CompareTotals(bool whole)
    {
        if (totals is null)
        {
            if (whole) found.Add(FindingKind.NoEnd.Of(1, "The trace lacks its last event, so how much is missing is unknown."));
            return;
        }
        var read = new TraceTotals(exits, batches, blockCount, classes, findings, totals.Interrupted);
        if (read == totals) return;
        found.Add(FindingKind.CountMismatch.Of(Math.Abs(totals.Exits - exits),
            $"The trace announces {totals.Exits} exits in {totals.Batches} batches, {totals.Blocks} blocks, {totals.Classes} classes and {totals.Findings} findings; "
            + $"{exits} exits in {batches} batches, {blockCount} blocks, {classes} classes and {findings} findings could be read."));
    }

    private void Count(long count, FindingKind kind, string what)
    {
        if (count > 0) found.Add(kind.Of(count, $"{count} {what}."));
    }
}
