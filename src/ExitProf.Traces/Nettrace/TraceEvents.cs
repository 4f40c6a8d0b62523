using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>Number of an event within the provider. Part of the trace format: append, never renumber.</summary>
internal enum EventId : ushort
{
    Scenario = 1,
    Configuration = 2,
    Host = 3,
    Class = 4,
    Block = 5,
    Exits = 6,
    Finding = 7,
    End = 8,
    Thread = 9,
    Metric = 10,
    Stack = 11,
    EventCost = 12,
    ExitColumns = 13,
    OuterMachine = 14,
    Calls = 15,
}

/// <summary>Types of fields as .nettrace codes them. The two largest are arrays with a 16-bit count in front.</summary>
internal enum FieldType
{
    U8 = 6,
    U16 = 8,
    I32 = 9,
    U32 = 10,
    I64 = 11,
    U64 = 12,
    F64 = 14,
    Bool = 26,

    /// <summary>UTF-16 code units, because that keeps every .NET string as it is.</summary>
    Text = 100,
    Bytes = 101,

    /// <summary>Objects of two texts, Name and Value.</summary>
    Facts = 102,
}

/// <summary>The events of the provider, field by field, as <c>ExitTraceFormat.md</c> documents them.</summary>
internal sealed record TraceEvents(EventId Id, ImmutableArray<(string Name, FieldType Type)> Fields)
{
    /// <summary>As other tools show it.</summary>
    internal string Name { get; init; } = Id.ToString();

    internal const string Provider = "ExitProf";

    /// <summary>Key of the trace block under which <see cref="Version"/> stands.</summary>
    internal const string VersionKey = "ExitProf.FormatVersion";

    /// <summary>
    /// Version of what this file and <see cref="ExitEncoder"/> define. Events and trailing fields may be added without a new one. Version
    /// 2 brought <see cref="EventId.ExitColumns"/>, without which its readers would see no exits.
    /// </summary>
    internal const int Version = 2;

    /// <summary>The event with the highest number.</summary>
    internal const EventId Last = EventId.Calls;

    /// <summary>.nettrace keeps payload lengths in 16 bits and readers cut longer ones without an error.</summary>
    internal const int MaxPayloadBytes = ushort.MaxValue;

    /// <summary>
    /// Every payload ends in a mark: this number, the event's number (u16) and the payload's length (u16), the mark included.
    /// </summary>
    internal const uint Mark = 0x4b52_4d58;

    internal const int MarkBytes = 8;

    /// <summary>Bounds what a hostile file can make a reader allocate per class.</summary>
    internal const int MaxClasses = 1 << 20;

    /// <summary>Classes that may be missing before the next one: two whole blocks of the file hold fewer.</summary>
    internal const int MaxClassGap = 4096;

    /// <summary>KVM numbers its vCPUs below this on x86 (KVM_MAX_VCPU_IDS).</summary>
    internal const int MaxVcpus = 4096;

    /// <summary>Nothing that is measured takes so long; figures made of it stay finite.</summary>
    internal const double MaxCycles = 1L << 62;

    internal static readonly Guid ProviderGuid = new("6c1c8f0e-7d0f-4e63-9a52-3d3b5e8f4a17");

    internal static readonly ImmutableArray<TraceEvents> All =
    [
        Event(
            EventId.Scenario,
            ("Scenario", FieldType.Text),
            ("Source", FieldType.Text),
            ("Backend", FieldType.U8),
            ("BackendName", FieldType.Text),
            ("GuestMode", FieldType.Text),
            ("Native", FieldType.Bool),
            ("Events", FieldType.Text),
            ("Groups", FieldType.U8),
            ("TscHertz", FieldType.I64),
            ("TscGrain", FieldType.I32),
            ("ProbeFloor", FieldType.F64),
            ("Seed", FieldType.U64),
            ("StartUtc", FieldType.Text),
            ("Configurations", FieldType.U16),
            ("HostFacts", FieldType.U16),
            ("StepFloor", FieldType.F64),
            ("Looks", FieldType.U8),
            ("ClockUnit", FieldType.U8)
        ),
        Event(EventId.Configuration, ("Index", FieldType.U16), ("Name", FieldType.Text), ("Settings", FieldType.Facts)),
        Event(EventId.Host, ("Index", FieldType.U16), ("Name", FieldType.Text), ("Value", FieldType.Text)),
        Event(
            EventId.Class,
            ("Index", FieldType.I32),
            ("Kind", FieldType.U8),
            ("Destination", FieldType.U8),
            ("Calibrated", FieldType.Bool),
            ("Subkey", FieldType.U64),
            ("Reason", FieldType.Text),
            ("KvmExit", FieldType.Text),
            ("Signature", FieldType.Bytes),
            ("KindName", FieldType.Text),
            ("SignatureText", FieldType.Text)
        ),
        Event(
            EventId.Block,
            ("Index", FieldType.I32),
            ("Configuration", FieldType.I32),
            ("Events", FieldType.U8),
            ("Round", FieldType.I32),
            ("Calibration", FieldType.Bool),
            ("StartTsc", FieldType.U64),
            ("EndTsc", FieldType.U64),
            ("Exits", FieldType.I32),
            ("WarmUp", FieldType.I32),
            ("MedianCycles", FieldType.F64),
            ("Eintr", FieldType.I32),
            ("Collections", FieldType.I32),
            ("VoluntarySwitches", FieldType.I32),
            ("InvoluntarySwitches", FieldType.I32),
            ("StealTicks", FieldType.I32),
            ("LostEvents", FieldType.I64),
            ("Quad", FieldType.I32),
            ("Vcpu", FieldType.I32),
            ("CoolDown", FieldType.I32),
            ("LeftOut", FieldType.U8)
        ),
        Event(EventId.Exits, ("Block", FieldType.I32), ("Vcpu", FieldType.I32), ("StartTsc", FieldType.U64), ("Data", FieldType.Bytes)),
        Event(
            EventId.Finding,
            ("Severity", FieldType.U8),
            ("SeverityName", FieldType.Text),
            ("Id", FieldType.Text),
            ("Occurrences", FieldType.I64),
            ("Text", FieldType.Text),
            ("Subject", FieldType.Text)
        ),
        Event(
            EventId.End,
            ("Exits", FieldType.I64),
            ("Batches", FieldType.I64),
            ("Blocks", FieldType.I32),
            ("Classes", FieldType.I32),
            ("Findings", FieldType.I32),
            ("Interrupted", FieldType.Bool)
        ),
        Event(
            EventId.Thread,
            ("Index", FieldType.I32),
            ("Tid", FieldType.I64),
            ("Vcpu", FieldType.I32),
            ("Process", FieldType.I64),
            ("Name", FieldType.Text)
        ),
        Event(
            EventId.Metric,
            ("Table", FieldType.Text),
            ("Row", FieldType.Text),
            ("Column", FieldType.Text),
            ("Value", FieldType.F64),
            ("Unit", FieldType.Text)
        ),
        Event(
            EventId.Stack,
            ("Configuration", FieldType.I32),
            ("Stage", FieldType.Text),
            ("Stack", FieldType.Text),
            ("Instructions", FieldType.I64)
        ),
        Event(
            EventId.EventCost,
            ("Configuration", FieldType.I32),
            ("Stamp", FieldType.U8),
            ("StampName", FieldType.Text),
            ("Head", FieldType.I32),
            ("Tail", FieldType.I32)
        ),
        Event(
            EventId.ExitColumns,
            ("Block", FieldType.I32),
            ("Vcpu", FieldType.I32),
            ("StartTsc", FieldType.U64),
            ("Data", FieldType.Bytes)
        ),
        Event(EventId.OuterMachine, ("RecordedUtc", FieldType.Text), ("Emulator", FieldType.Text), ("Cpu", FieldType.Text)),
        Event(
            EventId.Calls,
            ("Configuration", FieldType.I32),
            ("Stage", FieldType.Text),
            ("Stack", FieldType.Text),
            ("Calls", FieldType.I64),
            ("Ticks", FieldType.I64)
        ),
    ];

    private static TraceEvents Event(EventId id, params ReadOnlySpan<(string, FieldType)> fields) =>
        new(id, [("Count", FieldType.U32), ("Crc32C", FieldType.U32), .. fields, ("Mark", FieldType.U64)]);

    /// <summary>Whether a payload ends in its mark; those of earlier writers have none.</summary>
    internal static bool HasMark(EventId id, ReadOnlySpan<byte> payload) =>
        payload.Length >= 2 * sizeof(uint) + MarkBytes
        && BinaryPrimitives.ReadUInt32LittleEndian(payload[^8..]) == Mark
        && BinaryPrimitives.ReadUInt16LittleEndian(payload[^4..]) == (ushort)id
        && BinaryPrimitives.ReadUInt16LittleEndian(payload[^2..]) == payload.Length;

    /// <summary>
    /// CRC-32C of the event's number (u16), its count (u32) and everything after the CRC: a payload under a wrong number does not pass.
    /// </summary>
    /// <remarks>Runs over every byte of a trace: optimised from the first call on, because a trace is usually read once per
    /// process.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static uint Crc(EventId id, uint count, ReadOnlySpan<byte> rest)
    {
        uint crc = BitOperations.Crc32C(uint.MaxValue, (ushort)id);
        crc = BitOperations.Crc32C(crc, count);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(rest);
        foreach (ulong word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (byte b in rest[(words.Length * sizeof(ulong))..]) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
