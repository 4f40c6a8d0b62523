namespace ExitProf.Vmm;

/// <summary>What the device in the VMM does at each exit beside answering: a cost that is planted to see where it is found.</summary>
/// <param name="Cycles">It busy-waits so long, by the TSC.</param>
/// <param name="Instructions">It executes so many more instructions.</param>
public readonly record struct DeviceWork(ulong Cycles, ulong Instructions)
{
    public static DeviceWork None => default;

    /// <summary>What the loop has to be able to do for it.</summary>
    public LoopParts Parts => Cycles > 0 || Instructions > 0 ? LoopParts.Delay : LoopParts.None;
}
