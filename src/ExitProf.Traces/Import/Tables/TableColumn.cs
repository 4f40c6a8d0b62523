namespace ExitProf.Traces;

/// <summary>A column of a table of durations.</summary>
/// <param name="Name">One of the words of <see cref="TableFigure.Column"/>.</param>
/// <param name="Unit">Of its figures, unless they have one each.</param>
internal sealed record TableColumn(string Name, string Unit)
{
    internal const string Samples = "samples";
    internal const string SamplesShare = "samples share";
    internal const string TimeShare = "time share";
    internal const string Min = "min";
    internal const string Max = "max";
    internal const string Mean = "mean";
    internal const string Time = "time";
    internal const string Error = "mean ±";
}
