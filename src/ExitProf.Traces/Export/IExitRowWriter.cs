namespace ExitProf.Traces;

/// <summary>Takes the exits of a trace one by one.</summary>
internal interface IExitRowWriter
{
    void Begin(TraceHeader header);

    void Row(in ExitRow row);

    void Finding(Finding finding);

    void Stack(StackCount stack)
    {
    }

    void End();
}
