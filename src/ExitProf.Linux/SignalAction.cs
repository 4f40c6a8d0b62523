namespace ExitProf.Linux;

/// <summary>glibc's struct sigaction on x86-64; glibc fills in the restorer itself.</summary>
public unsafe struct SignalAction
{
    public void* Handler;
    public SignalSet Mask;
    public int Flags;
    public int Reserved;
    public void* Restorer;
}
