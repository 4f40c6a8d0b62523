namespace ExitProf.Traces;

/// <summary>Takes the entries of a recording in order of time.</summary>
internal interface IQueuedEventSink
{
    void Take(in QueuedEvent e);
}
