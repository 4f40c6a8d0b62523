using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>The files of measurements of both sides of a comparison.</summary>
public sealed record MeasuredSides(ImmutableArray<MetricFile> Base, ImmutableArray<MetricFile> New)
{
    public IEnumerable<MetricFile> All => Base.Concat(New);

    public static MeasuredSides Of(IEnumerable<NumberText> first, IEnumerable<NumberText> second) =>
        new([.. first.Select(OneSide)], [.. second.Select(OneSide)]);

    /// <exception cref="InputException">The text holds both sides: its values are no runs of one.</exception>
    private static MetricFile OneSide(NumberText text) => TwoSides.Of(text) is not null
        ? throw text.Refused($"has both sides, each under a heading of its own: give it alone, without --with.")
        : NumberFormats.Read(text);

    /// <summary>Both sides of one file: two parts under headings, a column for each, or two commands of hyperfine.</summary>
    /// <returns>Null if it has one side only.</returns>
    public static MeasuredSides? Of(NumberText text)
    {
        if (TwoSides.Of(text) is var (old, changed))
            return new MeasuredSides([NumberFormats.Read(old)], [NumberFormats.Read(changed)]);
        if (NumberFormats.AreColumns(text) && NumberColumns.Sides(text) is var (before, after))
            return new MeasuredSides([before], [after]);
        if (!text.IsJson || NumberFormats.Read(text) is not { Kind: Hyperfine.Kind, Metrics: [var first, var second] } commands)
            return null;
        return new MeasuredSides(
            [commands with { File = first.Name, Metrics = [first] }],
            [commands with { File = second.Name, Metrics = [second], Findings = [] }]);
    }
}
