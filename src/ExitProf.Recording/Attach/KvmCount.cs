namespace ExitProf.Recording;

/// <summary>What KVM had counted at one time.</summary>
/// <param name="Machines">Of which machines: a new one begins at 0.</param>
public readonly record struct KvmCount(string Machines, long Count)
{
    /// <summary>What was counted since; null if it is not of the same machines.</summary>
    public static long? Between(KvmCount? before, KvmCount? after) =>
        before is { } a && after is { } b && a.Machines == b.Machines ? b.Count - a.Count : null;
}
