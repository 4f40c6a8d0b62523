using System.Collections.Immutable;

namespace ExitProf.Charts;

/// <summary>
/// The walk of one exit as a waterfall: each stage begins where the one before ended, and the rows after them lead to the untraced mean, so
/// that one sees what the identity of the stage model says.
/// </summary>
public sealed record WaterfallPanel(string Title, string Subtitle, string Unit, ImmutableArray<WaterfallRow> Rows)
{
    public double Right => Rows.Select(r => r.Right).DefaultIfEmpty(1).Max();
}
