namespace ExitProf.Analysis;

/// <summary>The two sides of a comparison on the scale on which they are judged.</summary>
internal interface ISideContrast
{
    /// <summary>How the intervals come about; <see cref="JudgedShift.None"/> if there are none.</summary>
    string Method { get; }

    /// <summary>False if all values of each side are one: then only their grain and their number say how sure the shift is.</summary>
    bool HasSpread { get; }

    /// <summary>New minus base; without ends where the values allow no interval of so much confidence.</summary>
    Interval At(double confidence);

    /// <summary>How many more units would decide, with four chances in five, if shift and spread are as they were estimated.</summary>
    /// <param name="margin">On the scale of the contrast.</param>
    /// <param name="tests">Over how many verdicts the error rates are divided, beside the gate's own looks.</param>
    /// <returns>Null if no number that anybody would make does.</returns>
    MoreUnits? More(Gate gate, double margin, int tests);
}
