using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Follows calls and returns of an exit from one instruction to the next. The guest, the VMM and the kernel have a stack each; the kernel's
/// lives on while the guest runs, and ends when user space goes on.
/// </summary>
/// <param name="symbols">Names the kernel's functions.</param>
internal sealed class CallStack(KernelSymbols symbols)
{
    public const string GuestFrame = "(guest)";
    public const string UserFrame = StackCount.UserFrame;

    /// <summary>Code of the kernel that has no symbol: it was written while the kernel ran.</summary>
    public const string UnknownFrame = "(kernel, no symbol)";

    private readonly List<string> frames = [];
    private WayInstruction? last;
    private string? shown;

    /// <summary>The frames before the first instruction; calls whose beginning is not in the exit.</summary>
    public CallStack(KernelSymbols symbols, IEnumerable<string> outer)
        : this(symbols) => frames.AddRange(outer);

    public IReadOnlyList<string> Frames => frames;

    /// <summary>Takes an instruction.</summary>
    /// <returns>Where it is: the functions from the outermost on, separated by semicolons.</returns>
    public string Step(WayInstruction instruction)
    {
        WayInstruction? before = last;
        last = instruction;
        if (instruction.IsGuest) return GuestFrame;
        if (!instruction.IsKernel)
        {
            frames.Clear();
            shown = null;
            return UserFrame;
        }
        string name = symbols.Find(instruction.Address)?.Replace(StackCount.Separator, ',') ?? UnknownFrame;
        int depth = frames.Count;
        if (before is { IsKernel: true, IsCall: true }) frames.Add(name);
        else if (before is { IsKernel: true, IsReturn: true })
        {
            if (depth > 0) frames.RemoveAt(depth - 1);
            ReturnTo(name);
        }
        else if (depth == 0) frames.Add(name);
        // A jump from the end of one function to the beginning of another: it returns to the same caller.
        else if (frames[^1] != name) frames[^1] = name;
        else if (shown != null) return shown;
        return shown = string.Join(StackCount.Separator, frames);
    }

    /// <summary>
    /// A thunk pushes an address and returns to it, so a return may lead to a function that nobody called from: it takes the thunk's place.
    /// </summary>
    private void ReturnTo(string name)
    {
        if (frames.Count > 0 && frames[^1] == name) return;
        int known = frames.LastIndexOf(name);
        if (known >= 0) frames.RemoveRange(known + 1, frames.Count - known - 1);
        else frames.Add(name);
    }
}
