namespace ExitProf.Charts;

/// <summary>What a chart shows, in words and numbers; how it is drawn is decided by <see cref="Picture"/>.</summary>
public interface IChart
{
    /// <summary>The heading, and the name that a screen reader says.</summary>
    string Title { get; }

    /// <summary>What the axes mean, in one or two sentences.</summary>
    string Subtitle { get; }

    /// <summary>Every figure of the chart in words, for readers who do not see it.</summary>
    string Description { get; }
}
