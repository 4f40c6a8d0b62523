namespace ExitProf.Traces;

/// <summary>What one tick of a trace's clock is. Part of the trace format: append, never renumber.</summary>
public enum ClockUnit : byte
{
    /// <summary>Cycles of the TSC.</summary>
    Cycles = 0,

    /// <summary>Instructions of an emulated CPU, whose TSC advances by one with each: exact and repeatable, and no time.</summary>
    Instructions = 1,

    Nanoseconds = 2,

    Microseconds = 3,
}
