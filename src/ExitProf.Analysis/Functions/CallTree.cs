using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>A function, or at the top a stage, with what one exit executes in it and in what it calls.</summary>
/// <param name="Own">Instructions of its own; ticks, distorted by the tracer, where calls were counted.</param>
/// <param name="Callees">In the order in which an exit comes to them.</param>
/// <param name="Calls">How often it is called there; null where instructions were counted, and of a stage.</param>
public sealed record CallTree(string Name, long Own, ImmutableArray<CallTree> Callees, long? Calls = null)
{
    /// <summary>A kernel's calls are some twenty deep; a file that says more is not followed.</summary>
    private const int MostDepth = 100;

    /// <summary>Those of its callees included.</summary>
    public long All { get; } = Own + Callees.Sum(c => c.All);

    /// <summary>
    /// A tree for each stage, in the order of the exit. A stage begins and ends in the midst of calls: those in which it executes nothing
    /// itself and which lead to one other only are left out.
    /// </summary>
    /// <param name="stacks">Of one configuration.</param>
    public static ImmutableArray<CallTree> Of(IEnumerable<StackCount> stacks)
    {
        var stages = new Node();
        foreach (StackCount stack in stacks)
        {
            Node at = stages.Find(stack.Stage);
            foreach (string function in stack.Stack.Split(StackCount.Separator, MostDepth)) at = at.Find(function);
            at.Add(stack);
        }
        return [.. stages.Callees.Select(s => new CallTree(s.Name, 0, [.. s.Node.Callees.Select(c => Inner(c.Name, c.Node))]))];
    }

    /// <summary>This and all below it, each with how deep it is, callers first.</summary>
    /// <param name="least">Calls with fewer instructions in all are one row, without a name: "" and their number.</param>
    public IEnumerable<(CallTree Call, int Depth, int Others)> Rows(double least, int depth = 0)
    {
        yield return (this, depth, 0);
        foreach ((CallTree call, int deep, int others) in Callees.Where(c => c.All >= least).SelectMany(c => c.Rows(least, depth + 1)))
            yield return (call, deep, others);
        CallTree[] rest = [.. Callees.Where(c => c.All < least)];
        if (rest.Length > 0) yield return (new CallTree("", rest.Sum(c => c.All), []), depth + 1, rest.Length);
    }

    private static CallTree Inner(string name, Node node)
    {
        while (node is { Own: 0, Calls: null or 0, Callees: [var (only, next)] }) (name, node) = (only, next);
        return new CallTree(name, node.Own, [.. node.Callees.Select(c => Inner(c.Name, c.Node))], node.Calls);
    }

    private sealed class Node
    {
        public long Own { get; private set; }

        public long? Calls { get; private set; }

        public List<(string Name, Node Node)> Callees { get; } = [];

        private Dictionary<string, Node> ByName { get; } = new(StringComparer.Ordinal);

        public void Add(StackCount stack)
        {
            Own += stack.Ticks;
            if (stack.Calls is { } calls) Calls = (Calls ?? 0) + calls;
        }

        public Node Find(string name)
        {
            if (!ByName.TryGetValue(name, out Node? found))
            {
                ByName.Add(name, found = new Node());
                Callees.Add((name, found));
            }
            return found;
        }
    }
}
