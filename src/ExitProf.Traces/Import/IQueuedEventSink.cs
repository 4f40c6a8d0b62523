namespace ExitProf.Traces;

/// <summary>Takes the entries of a recording in order of time.</summary>
internal interface IQueuedEventSink
{
    /// <param name="events">Those of one CPU that come before all others.</param>
    void Take(ReadOnlySpan<QueuedEvent> events);
}
