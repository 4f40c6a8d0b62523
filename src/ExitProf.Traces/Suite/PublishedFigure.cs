using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>
/// A figure that a text of the field gives for an experiment. It is shown beside ours and never expected: it is of another machine.
/// </summary>
/// <param name="Text">Who and where: "Tosatti, KVM Forum".</param>
/// <param name="Year">Of the text; null where it is not certain.</param>
/// <param name="Measured">What it is a figure of: "end of interrupt at the local APIC".</param>
/// <param name="Unit">"cycles", "ns", "s", "%", "times".</param>
/// <param name="Values">In the order of the text.</param>
public sealed record PublishedFigure(string Text, int? Year, string Measured, string Unit, ImmutableArray<PublishedValue> Values)
{
    /// <summary>"Tosatti, KVM Forum 2010".</summary>
    public string Source => Year is { } year ? $"{Text} {year}" : Text;
}

/// <param name="Of">
/// Which value it is. Where we measure the same it has our name: a configuration ("apic=xapic") or a stage ("handler"), so that ours can be
/// put beside it; else a word of the text; empty if there is one value only.
/// </param>
/// <param name="High">The end of the range, where the text gives one: 25 to 30 %.</param>
public sealed record PublishedValue(string Of, double Value, double? High = null);
