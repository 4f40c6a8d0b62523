namespace ExitProf.Traces;

/// <summary>Numbers of fields and values in Perfetto's published messages (protos/perfetto/trace in google/perfetto).</summary>
internal static class PerfettoSchema
{
    /// <summary>Trace.packet.</summary>
    internal const int Packet = 1;

    // TracePacket.
    internal const int Timestamp = 8;
    internal const int TrustedPacketSequenceId = 10;
    internal const int TrackEvent = 11;
    internal const int InternedData = 12;
    internal const int SequenceFlags = 13;
    internal const int TrackDescriptor = 60;

    /// <summary>SEQ_INCREMENTAL_STATE_CLEARED: interned names count from here.</summary>
    internal const ulong StateCleared = 1;

    /// <summary>SEQ_NEEDS_INCREMENTAL_STATE: the packet uses interned names.</summary>
    internal const ulong NeedsState = 2;

    // TrackDescriptor.
    internal const int Uuid = 1;
    internal const int TrackName = 2;
    internal const int ParentUuid = 5;

    // TrackEvent.
    internal const int DebugAnnotations = 4;
    internal const int Type = 9;
    internal const int NameIid = 10;
    internal const int TrackUuid = 11;
    internal const int Categories = 22;

    /// <summary>TYPE_SLICE_BEGIN, TYPE_SLICE_END, TYPE_INSTANT.</summary>
    internal const ulong SliceBegin = 1;
    internal const ulong SliceEnd = 2;
    internal const ulong Instant = 3;

    // DebugAnnotation.
    internal const int AnnotationUint = 3;
    internal const int AnnotationText = 6;
    internal const int AnnotationName = 10;

    // InternedData and the entries in it.
    internal const int EventNames = 2;
    internal const int EntryIid = 1;
    internal const int EntryName = 2;
}
