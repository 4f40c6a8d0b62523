namespace ExitProf.Charts;

/// <summary>Sizes of the charts, in CSS pixels.</summary>
public static class Look
{
    /// <summary>The form for a desk, a slide or a sheet of paper.</summary>
    public const float Wide = 960;

    /// <summary>The form for a phone: names stand above the bars instead of beside them.</summary>
    public const float Narrow = 370;

    /// <summary>A PNG has this many pixels for each CSS pixel: 1,920 across.</summary>
    public const float PngScale = 2;

    internal const float Heading = 16;
    internal const float Body = 13;
    internal const float Small = 12;
    internal const float Tiny = 11;

    /// <summary>Between the edge of the picture and what is drawn.</summary>
    internal const float Edge = 12;

    /// <summary>Between a text and what it belongs to.</summary>
    internal const float Gap = 10;

    /// <summary>A bar that is thinner than a pixel is still a stage.</summary>
    internal const float Thinnest = 1.5f;

    /// <summary>The least width and height of what a pointer can be held on.</summary>
    internal const float Touch = 6;
}
