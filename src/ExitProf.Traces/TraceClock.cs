namespace ExitProf.Traces;

/// <summary>The clock of all stamps of a trace. Figures of two units are never compared or added.</summary>
/// <param name="Hertz">Ticks per second; 0 where a foreign recording does not say; for instructions the rate that the emulator gives its
/// TSC.</param>
/// <param name="Grain">The step in which the clock advances, in ticks: nothing finer is known.</param>
public readonly record struct TraceClock(long Hertz, int Grain, ClockUnit Unit = ClockUnit.Cycles)
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long MicrosecondsPerSecond = 1_000_000;

    /// <summary>The unit's word in JSON, CSV and options: "cycles", "instructions", "ns", "us".</summary>
    public string Word => Unit switch
    {
        ClockUnit.Instructions => "instructions",
        ClockUnit.Nanoseconds => "ns",
        ClockUnit.Microseconds => "us",
        _ => "cycles",
    };

    /// <summary>The same for people: "µs" in place of "us".</summary>
    public string Symbol => Unit == ClockUnit.Microseconds ? "µs" : Word;

    /// <summary>Whether ticks are time: instructions of a software CPU are not.</summary>
    public bool IsTime => Unit != ClockUnit.Instructions;

    /// <summary>A unit's word as it is written now: verdicts and baselines of earlier versions said "tsc-cycles".</summary>
    public static string CurrentWord(string word) => word == "tsc-cycles" ? "cycles" : word;

    /// <summary>The clock of stamps that are text in seconds: in microseconds or in nanoseconds.</summary>
    public static TraceClock OfText(bool nanoseconds) => nanoseconds
        ? new(NanosecondsPerSecond, 1, ClockUnit.Nanoseconds)
        : new(MicrosecondsPerSecond, 1, ClockUnit.Microseconds);

    /// <summary>The unit of a trace whose writer did not say: only imports of text had another than cycles.</summary>
    internal static ClockUnit UnitOf(TraceSource source, long hertz) => (source.IsImport, hertz) switch
    {
        (true, MicrosecondsPerSecond) => ClockUnit.Microseconds,
        (true, NanosecondsPerSecond) => ClockUnit.Nanoseconds,
        _ => ClockUnit.Cycles,
    };
}
