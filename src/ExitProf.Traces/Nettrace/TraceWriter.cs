using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>Writes a trace as a .nettrace file of version 6 (see <c>ExitTraceFormat.md</c>).</summary>
/// <remarks>
/// Append-only. What has reached the file is readable after a kill at any point; what a call hands over reaches it at the next
/// <see cref="Block"/>, every 64 KiB, at <see cref="Flush"/> or at the end. A failed write passes its <see cref="IOException"/> on; the
/// file then reads up to the last whole block.
/// </remarks>
public sealed class TraceWriter : ITraceSink, IDisposable
{
    private readonly Stream stream;
    private readonly NettraceWriter blocks;
    private readonly PayloadWriter payload = new();
    private bool began;
    private bool ended;
    private ulong? origin;
    private int configurations;
    private int lastBlock = -1;
    private int lastClass = -1;
    private long exits;
    private long batches;
    private int blockCount;
    private int classes;
    private int findings;

    /// <param name="path">Created or replaced.</param>
    public TraceWriter(string path)
        : this(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
    {
    }

    /// <param name="stream">Written in order, never sought, and closed by <see cref="Dispose"/>.</param>
    public TraceWriter(Stream stream)
        : this(stream, Environment.ProcessId)
    {
    }

    /// <inheritdoc cref="TraceWriter(Stream)"/>
    /// <param name="process">The number of the process that recorded.</param>
    public TraceWriter(Stream stream, int process)
    {
        this.stream = stream;
        blocks = new NettraceWriter(stream) { Process = process };
    }

    /// <summary>Format version of the file; an older one is for builds that know no newer.</summary>
    public int Format { get; init; } = TraceEvents.Version;

    /// <summary>What has been handed over so far, for <see cref="End"/>.</summary>
    public TraceTotals Totals(bool interrupted) => new(exits, batches, blockCount, classes, findings, interrupted);

    /// <exception cref="ArgumentException">More text than a payload holds; the same holds for the other events.</exception>
    public void Header(TraceHeader header)
    {
        if (began) throw new InvalidOperationException("A trace has one header.");
        ArgumentOutOfRangeException.ThrowIfNegative(header.Clock.Hertz);
        ArgumentOutOfRangeException.ThrowIfLessThan(header.Clock.Grain, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(header.Configurations.Length, TraceHeader.MaxConfigurations);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(header.Host.Length, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfNegative(header.Looks);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(header.Looks, byte.MaxValue);
        began = true;
        configurations = header.Configurations.Length;
        DateTime start =
            header.StartUtc.Kind == DateTimeKind.Local
                ? header.StartUtc.ToUniversalTime()
                : DateTime.SpecifyKind(header.StartUtc, DateTimeKind.Utc);
        // The container has to have a rate, also where the recording does not say which.
        blocks.Preamble(start, Math.Max(1, header.Clock.Hertz), Format);
        payload
            .Begin(EventId.Scenario)
            .Text(header.Scenario)
            .Text(header.Source.Name)
            .U8((byte)header.Backend)
            .Text(header.Backend.Name())
            .Text(header.GuestMode)
            .Bool(header.Native)
            .Text(header.Events)
            .U8((byte)header.Groups)
            .I64(header.Clock.Hertz)
            .I32(header.Clock.Grain)
            .F64(header.ProbeFloor)
            .U64(header.Seed)
            .Text(start.ToString("O"))
            .U16(header.Configurations.Length)
            .U16(header.Host.Length)
            .F64(header.StepFloor)
            .U8((byte)header.Looks)
            .U8((byte)header.Clock.Unit);
        Write(EventId.Scenario, 0);
        for (int i = 0; i < header.Configurations.Length; i++)
        {
            Configuration configuration = header.Configurations[i];
            payload.Begin(EventId.Configuration).U16(i).Text(configuration.Name).Facts(configuration.Settings);
            Write(EventId.Configuration, 0);
        }
        for (int i = 0; i < header.Host.Length; i++)
        {
            payload.Begin(EventId.Host).U16(i).Text(header.Host[i].Name).Text(header.Host[i].Value);
            Write(EventId.Host, 0);
        }
        blocks.Flush();
    }

    public void Class(ExitClass exitClass)
    {
        Check();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(exitClass.Index, lastClass);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(exitClass.Index, TraceEvents.MaxClasses);
        ArgumentOutOfRangeException.ThrowIfZero(exitClass.Signature.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exitClass.Signature.Length, ExitClass.MaxStamps);
        payload.Begin(EventId.Class)
            .I32(exitClass.Index).U8((byte)exitClass.Kind).U8((byte)exitClass.Destination).Bool(exitClass.Calibrated).U64(exitClass.Subkey)
            .Text(exitClass.Reason).Text(exitClass.KvmExit).Bytes(MemoryMarshal.AsBytes(exitClass.Signature.AsSpan()))
            .Text(exitClass.Kind.Name()).Text(exitClass.SignatureText);
        Write(EventId.Class, 0);
        lastClass = exitClass.Index;
        classes++;
    }

    public void Block(Block block)
    {
        Check();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(block.Index, lastBlock);
        ArgumentOutOfRangeException.ThrowIfNegative(block.Configuration);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(block.Configuration, configurations);
        ArgumentOutOfRangeException.ThrowIfNegative(block.WarmUp);
        ArgumentOutOfRangeException.ThrowIfNegative(block.CoolDown);
        ArgumentOutOfRangeException.ThrowIfNegative(block.Vcpu);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(block.Vcpu, TraceEvents.MaxVcpus);
        ArgumentOutOfRangeException.ThrowIfNegative(block.Used);
        blocks.Flush();
        origin ??= block.StartTsc;
        payload.Begin(EventId.Block)
            .I32(block.Index).I32(block.Configuration).U8((byte)block.Events).I32(block.Round).Bool(block.Calibration).U64(block.StartTsc)
            .U64(block.EndTsc).I32(block.Exits).I32(block.WarmUp).F64(block.MedianCycles).I32(block.Eintr).I32(block.Collections)
            .I32(block.VoluntarySwitches).I32(block.InvoluntarySwitches).I32(block.StealTicks).I64(block.LostEvents).I32(block.Quad)
            .I32(block.Vcpu).I32(block.CoolDown).U8((byte)block.LeftOut);
        Write(EventId.Block, block.StartTsc);
        lastBlock = block.Index;
        blockCount++;
    }

    public void Exits(in ExitBatch batch)
    {
        Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(batch.Count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Count, ExitBatch.MaxExits);
        ArgumentOutOfRangeException.ThrowIfNegative(batch.Vcpu);
        origin ??= batch.StartTsc;
        if ((int)batch.Coding > Format) throw new InvalidOperationException($"Format {Format} has no batches of {batch.Coding}.");
        EventId id = batch.Coding == BatchCoding.Columns ? EventId.ExitColumns : EventId.Exits;
        payload.Begin(id, (uint)batch.Count)
            .I32(batch.Block).I32(batch.Vcpu).U64(batch.StartTsc).Bytes(batch.Data[..^ExitBatch.Padding]);
        Write(id, batch.StartTsc);
        exits += batch.Count;
        batches++;
    }

    public void Finding(Finding finding)
    {
        Check();
        payload.Begin(EventId.Finding).U8(finding.Severity.Code()).Text(finding.Severity.Name()).Text(finding.Id).I64(finding.Count)
            .Text(finding.Text).Text(finding.Subject);
        Write(EventId.Finding, 0);
        findings++;
    }

    public void Thread(VcpuIdentity thread)
    {
        Check();
        ArgumentOutOfRangeException.ThrowIfNegative(thread.Index);
        payload.Begin(EventId.Thread).I32(thread.Index).I64(thread.Tid).I32(thread.Vcpu).I64(thread.Process).Text(thread.Name);
        Write(EventId.Thread, 0);
    }

    public void Metric(TableFigure metric)
    {
        Check();
        payload.Begin(EventId.Metric).Text(metric.Table).Text(metric.Row).Text(metric.Column).F64(metric.Value).Text(metric.Unit);
        Write(EventId.Metric, 0);
    }

    public void Stack(StackCount stack)
    {
        Check();
        ArgumentOutOfRangeException.ThrowIfNegative(stack.Configuration);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(stack.Configuration, configurations);
        ArgumentOutOfRangeException.ThrowIfNegative(stack.Ticks);
        ArgumentOutOfRangeException.ThrowIfNegative(stack.Count);
        EventId id = stack.Calls == null ? EventId.Stack : EventId.Calls;
        payload.Begin(id).I32(stack.Configuration).Text(stack.Stage).Text(stack.Stack);
        if (stack.Calls is { } calls) payload.I64(calls);
        payload.I64(stack.Ticks);
        Write(id, 0);
    }

    public void EventCost(EventCost cost)
    {
        Check();
        ArgumentOutOfRangeException.ThrowIfNegative(cost.Configuration);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cost.Configuration, configurations);
        payload.Begin(EventId.EventCost).I32(cost.Configuration).U8((byte)cost.Stamp).Text(cost.Stamp.Name()).I32(cost.Head).I32(cost.Tail);
        Write(EventId.EventCost, 0);
    }

    public void OuterMachine(OuterMachine machine)
    {
        Check();
        payload.Begin(EventId.OuterMachine).Text(machine.RecordedUtc.ToString("O")).Text(machine.Emulator).Text(machine.Cpu);
        Write(EventId.OuterMachine, 0);
    }

    public void End(TraceTotals totals)
    {
        Check();
        payload.Begin(EventId.End)
            .I64(totals.Exits).I64(totals.Batches).I32(totals.Blocks).I32(totals.Classes).I32(totals.Findings).Bool(totals.Interrupted);
        Write(EventId.End, 0);
        blocks.End();
        ended = true;
    }

    /// <summary>Gives everything handed over so far to the operating system.</summary>
    public void Flush() => blocks.Flush();

    /// <summary>Without an <see cref="End"/> the file reads as a trace that was cut here.</summary>
    public void Dispose()
    {
        try
        {
            blocks.Flush();
        }
        finally
        {
            stream.Dispose();
        }
    }

    private void Check()
    {
        if (!began || ended) throw new InvalidOperationException(ended ? "The trace has ended." : "A trace begins with its header.");
    }

    /// <param name="tsc">When it happened; 0 for events that have no time of their own: they get that of the one before.</param>
    private void Write(EventId id, ulong tsc)
    {
        // Stamps of damaged or foreign sources may lie anywhere. The event's time serves other tools only, the payload has the stamp
        // itself.
        ulong time = origin is { } zero && tsc != 0 ? unchecked(tsc - zero) : 0;
        blocks.Event(id, time < 1UL << 62 ? (long)time : 0, payload.Finish());
    }
}
