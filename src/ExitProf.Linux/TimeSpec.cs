namespace ExitProf.Linux;

/// <summary>struct timespec.</summary>
public struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}
