namespace ExitProf.Vmm;

/// <summary>All that the VMM does at each exit besides answering, at most once of each kind.</summary>
public sealed class VmmWork
{
    private readonly IVmmWork[] all;

    public VmmWork(params ReadOnlySpan<IVmmWork> all)
    {
        this.all = all.ToArray();
        foreach (IVmmWork work in this.all) Parts |= work.Part;
    }

    public static VmmWork None { get; } = new();

    /// <summary>What the loop has to be able to do for it.</summary>
    public LoopParts Parts { get; }

    /// <summary>The work of a kind; null if there is none.</summary>
    public T? Find<T>() where T : class, IVmmWork
    {
        foreach (IVmmWork work in all)
        {
            if (work is T found) return found;
        }
        return null;
    }
}
