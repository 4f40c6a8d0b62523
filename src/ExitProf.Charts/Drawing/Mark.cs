using ScottPlot;

namespace ExitProf.Charts;

/// <summary>An area of a picture that answers the pointer and the keyboard, in pixels of its picture.</summary>
/// <param name="Key">What lights up together with it: the name of a stage or of a configuration.</param>
/// <param name="Tip">What it says.</param>
internal sealed record Mark(PixelRect Area, string Key, string Tip);

/// <summary>The axis of curves that can be zoomed, from <paramref name="Low"/> to <paramref name="High"/> in powers of ten.</summary>
internal sealed record ZoomAxis(double Low, double High, string Unit, IReadOnlyList<(string Key, string Tip)> Curves);
