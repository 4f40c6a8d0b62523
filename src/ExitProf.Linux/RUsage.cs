namespace ExitProf.Linux;

/// <summary>struct rusage; only the counts of context switches are used.</summary>
public unsafe struct RUsage
{
    public fixed long Times[4];
    public fixed long Unused[12];
    public long VoluntarySwitches;
    public long InvoluntarySwitches;
}
