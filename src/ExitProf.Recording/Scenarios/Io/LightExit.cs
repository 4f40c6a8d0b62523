using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>An exit that the kernel answers by itself: what the classic table says about it.</summary>
internal static class LightExit
{
    /// <summary>Stages 4 to 7 of the talk's table are those between kernel pio search (1,800 cycles) and guest resume (9,600).</summary>
    public static IReadOnlyList<PublishedFigure> Published { get; } =
    [
        new(
            "Tosatti, KVM Forum",
            2010,
            "a port write, and the stages of it that a light exit does without",
            "cycles",
            [new("all stages", 10_400), new("stages 4 to 7, by subtraction", 7_800)]
        ),
    ];
}
