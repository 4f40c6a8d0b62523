namespace ExitProf.Vmm;

/// <summary>
/// The CPU mode that a guest runs in. Which of them the CPU runs itself, and which KVM interprets, differs between hosts.
/// </summary>
public enum GuestMode
{
    /// <summary>64-bit, ring 3, with every I/O port allowed.</summary>
    Long64Cpl3,

    /// <summary>64-bit, ring 0.</summary>
    Long64Cpl0,

    /// <summary>16-bit real mode.</summary>
    Real16,
}

public static class GuestModeNames
{
    public static string Name(this GuestMode mode) => mode switch
    {
        GuestMode.Long64Cpl3 => "long64-cpl3",
        GuestMode.Long64Cpl0 => "long64-cpl0",
        _ => "real16",
    };
}
