namespace ExitProf.Vmm;

/// <summary>What ended a guest.</summary>
public enum GuestEndKind
{
    /// <summary>It wrote a status to <see cref="Vmm.ExitPort"/>.</summary>
    ExitPort,
    PowerOff,

    /// <summary>It said so on <see cref="PanicPort"/>.</summary>
    Panic,
    TripleFault,

    /// <summary>It did what KVM does not run.</summary>
    Refused,

    /// <summary>It used up the time that it was given.</summary>
    TimeLimit,

    /// <summary>It halted, and nothing woke it for a while.</summary>
    Halted,

    /// <summary>It wrote more than is kept.</summary>
    OutputLimit,

    /// <summary>The user stopped it.</summary>
    Cancelled,
}
