namespace ExitProf.Analysis;

/// <summary>What a value of the suite is.</summary>
public enum SuiteQuantity
{
    /// <summary>Cycles of one exit.</summary>
    Cost,

    /// <summary>The part of an exit that the recorder gave to one stage.</summary>
    Stage,

    /// <summary>How often an event of the kernel comes in one exit.</summary>
    Events,

    /// <summary>Cycles for each one more of a setting.</summary>
    Slope,

    /// <summary>Cycles in the VMM for each one more of a setting.</summary>
    UserspaceSlope,

    /// <summary>Cycles for each doubling of a setting.</summary>
    SlopePerDoubling,

    /// <summary>Cycles more than the first configuration.</summary>
    Difference,

    /// <summary>Cycles more than the first configuration in the VMM.</summary>
    UserspaceDifference,

    /// <summary>Times the first configuration's cycles.</summary>
    Ratio,

    /// <summary>Relative difference to the first configuration, with its 90 % interval.</summary>
    Sameness,

    /// <summary>How many times less than an exit of another scenario.</summary>
    Against,

    /// <summary>Million instructions of guest work in a second.</summary>
    Work,
}

/// <summary>One figure of a row.</summary>
/// <param name="Of">The configuration, stage or other settings that it is of.</param>
/// <param name="Value">With its interval, if there is one; NaN bounds if not.</param>
/// <param name="Confidence">Of the interval.</param>
public sealed record SuiteAnswer(SuiteQuantity Quantity, string Of, Estimate Value, double Confidence)
{
    /// <summary>The configuration that it is compared with; empty if none.</summary>
    public string Base { get; init; } = "";

    /// <summary>The cycles that 99 % of exits stay below, for a <see cref="SuiteQuantity.Cost"/>.</summary>
    public double P99 { get; init; } = double.NaN;

    /// <summary>How often KVM_RUN returned for a <see cref="SuiteQuantity.Cost"/>; NaN where that is not known.</summary>
    public double ExitsToVmm { get; init; } = double.NaN;

    /// <summary>
    /// The margin of a <see cref="SuiteQuantity.Sameness"/>; how far typical exits are from the line of a slope. A share.
    /// </summary>
    public double Share { get; init; } = double.NaN;
}
