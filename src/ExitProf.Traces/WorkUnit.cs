namespace ExitProf.Traces;

/// <summary>What a unit of guest work consists of; the subkey of its class.</summary>
/// <param name="Instructions">Of the guest's own work, exact.</param>
/// <param name="Exits">Spread evenly over it.</param>
public readonly record struct WorkUnit(uint Instructions, uint Exits)
{
    /// <summary>Instructions in the upper half, exits in the lower.</summary>
    public ulong Subkey => (ulong)Instructions << 32 | Exits;

    public static WorkUnit Of(ulong subkey) => new((uint)(subkey >> 32), (uint)subkey);
}
