namespace ExitProf.Traces;

/// <summary>
/// Stacks for a flame graph, one line each with the ticks that were spent there: VM; reason; sub-key; stage; step. Only exits with both
/// ends count;
/// those without stages end at their sub-key. A trace with functions gives those instead: scenario or configuration; stage; functions from
/// the outermost on, with the instructions or the calls of one exit.
/// </summary>
internal sealed class FoldedExport(TextWriter writer) : IExitRowWriter
{
    private readonly Dictionary<(string Vm, int Class), ulong[]> sums = [];
    private readonly Dictionary<int, (ExitClass Class, Walk? Walk)> classes = [];
    private readonly Dictionary<VcpuIdentity, string> machines = [];
    private readonly SortedDictionary<string, ulong> functions = new(StringComparer.Ordinal);
    private string whole = "vm";
    private string[] configurations = [];

    public void Begin(TraceHeader header)
    {
        whole = header.Source.IsVmm ? header.Scenario : "vm";
        configurations = header.Configurations.Length == 1 ? [whole] : [.. header.Configurations.Select(c => c.Name)];
    }

    public void Stack(StackCount stack)
    {
        // Of a caller that only goes on in a stage there is time, which the tracer has distorted, and no call.
        if (stack.Count == 0) return;
        string stage = stack.Stage.Length > 0 ? Frame(stack.Stage) + ";" : "";
        string line = $"{Frame(configurations[stack.Configuration])};{stage}{stack.Stack.ReplaceLineEndings(" ")}";
        functions[line] = functions.GetValueOrDefault(line) + (ulong)stack.Count;
    }

    public void Row(in ExitRow row)
    {
        if (!row.IsPaired) return;
        // An exit with a stamp out of order has a total and no steps, which is a stack of its own.
        int index = row.Class.Index * 2 + (row.Walk is null ? 1 : 0);
        classes.TryAdd(index, (row.Class, row.Walk));
        var key = (Machine(in row), index);
        if (!sums.TryGetValue(key, out ulong[]? ticks)) sums.Add(key, ticks = new ulong[row.Walk is null ? 1 : row.Stamps.Length - 1]);
        if (row.Walk is null) ticks[0] += row.Duration;
        else for (int i = 1; i < row.Stamps.Length; i++) ticks[i - 1] += row.Stamps[i] - row.Stamps[i - 1];
    }

    public void Finding(Finding finding)
    {
    }

    public void End()
    {
        SortedDictionary<string, ulong> lines = functions;
        foreach (((string vm, int index), ulong[] ticks) in functions.Count > 0 ? [] : sums)
        {
            (ExitClass exitClass, Walk? walk) = classes[index];
            string stack = $"{vm};{Frame(Reason(exitClass))}";
            if (exitClass.SubkeyText is { Length: > 0 } subkey) stack += ";" + subkey;
            if (walk is null) Add(stack, ticks[0]);
            else
            {
                foreach (WalkStage stage in walk.Stages)
                {
                    foreach (WalkStep step in stage.Steps) Add($"{stack};{stage.Name};{Frame(step.Name)}", ticks[step.Index]);
                }
                foreach (WalkStep step in walk.Loop) Add($"{stack};{Frame(step.Name)}", ticks[step.Index]);
            }
        }
        foreach ((string stack, ulong ticks) in lines) writer.Write($"{stack} {ticks}\n");
        writer.Flush();

        void Add(string stack, ulong ticks)
        {
            if (ticks > 0) lines[stack] = lines.GetValueOrDefault(stack) + ticks;
        }
    }

    /// <summary>VMs are told apart by their process, which not every recording names.</summary>
    private string Machine(in ExitRow row)
    {
        if (row.Thread is not { } thread) return Frame(whole);
        if (!machines.TryGetValue(thread, out string? name))
        {
            machines.Add(thread, name = Frame(thread.Process >= 0 ? $"vm {thread.Process}" : whole));
        }
        return name;
    }

    private static string Reason(ExitClass c) => c.Reason.Length > 0 ? c.Reason : c.KvmExit.Length > 0 ? c.KvmExit : c.Kind.Name();

    /// <summary>A semicolon would begin the next frame.</summary>
    private static string Frame(string text) => text.ReplaceLineEndings(" ").Replace(';', ',');
}
