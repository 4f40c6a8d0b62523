namespace ExitProf.Vmm;

/// <summary>One kind of work that the VMM does at each exit besides answering, and how much of it.</summary>
public interface IVmmWork
{
    /// <summary>What the loop has to be able to do for it.</summary>
    LoopParts Part { get; }
}
