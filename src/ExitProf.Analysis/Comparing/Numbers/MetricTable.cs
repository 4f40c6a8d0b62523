using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>Metrics while a text is read whose rows may come in any order.</summary>
/// <param name="unit">Of rows that name none.</param>
internal sealed class MetricTable(NumberText text, string unit)
{
    private readonly Dictionary<string, (ValueList Values, string Unit)> metrics = [];
    private readonly List<string> order = [];

    public ImmutableArray<Metric> Metrics => [.. order.Select(name => metrics[name].Values.As(name, metrics[name].Unit))];

    /// <exception cref="InputException">The value is none, or the metric had another unit before.</exception>
    public void Add(int line, string name, string said, ReadOnlySpan<char> token)
    {
        string own = said.Length > 0 ? said : unit;
        if (!metrics.TryGetValue(name, out var metric))
        {
            metrics[name] = metric = (new ValueList(), own);
            order.Add(name);
        }
        if (!MetricUnit.Same(metric.Unit, own))
            throw text.Refused(
                line,
                $"has {name} in {Named(own)}, and a line before has it in {Named(metric.Unit)}: two metrics of one name."
            );
        metric.Values.Add(text, line, token);
    }

    private static string Named(string word) => word.Length > 0 ? word : MetricUnit.Unnamed;
}
