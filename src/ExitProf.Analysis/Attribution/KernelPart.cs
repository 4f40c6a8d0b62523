using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// The part of an exit that is not the VMM's own. Only that part gets longer by an event of the kernel, so it tells what an event costs
/// also where the VMM takes another way from exit to exit: a hit or a miss of its instruction cache.
/// </summary>
internal static class KernelPart
{
    /// <summary>Whether exits of this signature have one: no event of the kernel falls into what is the VMM's.</summary>
    public static bool IsApart(ReadOnlySpan<Stamp> signature)
    {
        bool inVmm = false;
        foreach (Stamp stamp in signature)
        {
            inVmm = stamp == Stamp.RunReturned || (inVmm && stamp != Stamp.RunCalled);
            if (inVmm && stamp.IsKernelEvent()) return false;
        }
        return true;
    }

    /// <summary>Its steps, by the index of the stamp that each begins at.</summary>
    public static IEnumerable<int> Steps(ReadOnlySpan<Stamp> signature)
    {
        var steps = new List<int>(signature.Length);
        bool inVmm = false;
        for (int i = 0; i < signature.Length - 1; i++)
        {
            inVmm = signature[i] == Stamp.RunReturned || (inVmm && signature[i] != Stamp.RunCalled);
            if (!inVmm) steps.Add(i);
        }
        return steps;
    }

    /// <param name="deltas">Of one exit, in cycles, for each stamp the time since the one before.</param>
    public static double Cycles(ReadOnlySpan<long> deltas, ReadOnlySpan<Stamp> signature)
    {
        double sum = 0;
        foreach (int step in Steps(signature)) sum += deltas[step + 1];
        return sum;
    }
}
