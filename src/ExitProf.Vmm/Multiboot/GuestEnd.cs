namespace ExitProf.Vmm;

/// <summary>How a guest of somebody else's ended.</summary>
/// <param name="Kind">What ended it.</param>
/// <param name="Status">The number that it wrote to the exit port; 0 for any other end.</param>
/// <param name="Sentence">For people, with what the guest may be wrong in.</param>
public sealed record GuestEnd(GuestEndKind Kind, uint Status, string Sentence)
{
    /// <summary>It ended by itself, as guests mean to.</summary>
    public bool IsByItself => Kind is GuestEndKind.ExitPort or GuestEndKind.PowerOff;
}
