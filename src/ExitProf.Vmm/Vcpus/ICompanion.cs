namespace ExitProf.Vmm;

/// <summary>Something that goes on beside a guest while it makes its exits, on threads of its own.</summary>
public interface ICompanion : IDisposable
{
    /// <summary>Called on the vCPU thread, before the guest is entered to make this number of exits.</summary>
    void Begin(int exits);

    /// <summary>Called on the vCPU thread when the guest has come back, from a failure too: afterwards nothing goes on any more.</summary>
    /// <exception cref="GuestException">Beside the guest something else happened than should.</exception>
    void End();

    /// <summary>When what is measured began, in place of the guest's own stamps; empty if those count.</summary>
    ReadOnlySpan<ulong> Beginnings { get; }
}
