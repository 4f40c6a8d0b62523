using ScottPlot;

namespace ExitProf.Charts;

/// <summary>
/// Every colour of charts and pages by its name. Groups have the colours of Okabe and Ito, which colour-blind people can tell apart; lines
/// and texts are darker (lighter on dark paper) than areas. No two names share a colour, so that the name can be found again in Skia's
/// markup.
/// </summary>
public static class Palette
{
    /// <summary>In the order in which an exit walks through them.</summary>
    public static readonly IReadOnlyList<string> Groups = ["exit", "handler", "pio-search", "host-restore", "userspace", "reentry"];

    /// <summary>The fill of stages that this trace cannot separate.</summary>
    internal const string Merged = "merged";

    /// <summary>A merged stage of more groups than this has one colour of its own: thinner bands cannot be told apart.</summary>
    private const int MostBands = 2;

    private static readonly (string Name, string Light, string Dark)[] Named =
    [
        ("exit", "#56b4e9", "#56b4e9"), ("exit-line", "#1f86c0", "#7cc8f2"),
        ("handler", "#0072b2", "#3b93cc"), ("handler-line", "#0070b0", "#4ba3dc"),
        ("pio-search", "#cc79a7", "#cc79a7"), ("pio-search-line", "#b04f86", "#e09cc2"),
        ("host-restore", "#e69f00", "#e69f00"), ("host-restore-line", "#9a6a00", "#f0b429"),
        ("userspace", "#d55e00", "#e8702a"), ("userspace-line", "#b84f00", "#f07f3c"),
        ("reentry", "#009e73", "#1fb489"), ("reentry-line", "#008560", "#2fc79b"),
        // Curves of stages that share a group.
        ("reentry-2-line", "#00563f", "#7fe3c4"), ("reentry-3-line", "#3aa98b", "#128a69"),
        ("merged", "#8a93a6", "#8d97ab"), ("merged-line", "#5d6577", "#a3adc1"),
        ("residual", "#9aa1a9", "#7d858d"), ("residual-line", "#6f767d", "#9aa1aa"),
        ("total", "#3d444b", "#c3cad1"), ("total-line", "#24292f", "#e6ebf1"),
        ("traced", "#d0d5da", "#4a525a"), ("traced-line", "#6f767e", "#9aa1ab"),
        ("worse", "#b3261e", "#ff8a80"), ("better", "#00695c", "#4db6ac"), ("same", "#3f464d", "#bfc6ce"), ("open", "#8b5a00", "#e3b341"),
        // From many to few.
        ("heat-1", "#08306b", "#d6ebff"), ("heat-2", "#08519c", "#9ecae8"), ("heat-3", "#2f7ebc", "#6aaed6"),
        ("heat-4", "#6aafd7", "#3f8fc5"), ("heat-5", "#a6cee4", "#2a5f8f"), ("heat-6", "#d3e4f3", "#233f5c"),
        ("ink", "#1f2328", "#e6ebf0"), ("faint", "#59636e", "#9aa4ae"), ("grid", "#e1e5e9", "#323a42"), ("paper", "#ffffff", "#15191e"),
        ("on-dark", "#fefefe", "#fdfdfd"), ("on-light", "#0a0a0a", "#090909"),
    ];

    private static readonly Dictionary<string, (string Light, string Dark)> ByName = Named.ToDictionary(
        c => c.Name,
        c => (c.Light, c.Dark)
    );

    /// <summary>The variables of a page: <c>--ink:#1f2328;</c> …</summary>
    public static string Variables(Scheme scheme) =>
        string.Concat(Named.Select(c => $"--{c.Name}:{(scheme == Scheme.Dark ? c.Dark : c.Light)};"));

    /// <summary>The classes of a page's charts: <c>f-</c> fills and <c>s-</c> strokes with a variable.</summary>
    public static string Classes() =>
        string.Concat(Named.Select(c => $".f-{c.Name}{{fill:var(--{c.Name})}}.s-{c.Name}{{stroke:var(--{c.Name});fill:none}}"));

    /// <summary>The group's own bands, or the colour of what cannot be separated.</summary>
    public static string[] Bands(string fill) => fill.Split('+') is { Length: <= MostBands } parts ? parts : [Merged];

    internal static Color Find(string name, Scheme scheme)
    {
        (string light, string dark) = ByName[name];
        return Color.FromHex(scheme == Scheme.Dark ? dark : light);
    }

    internal static string Hex(string name, Scheme scheme) => scheme == Scheme.Dark ? ByName[name].Dark : ByName[name].Light;

    /// <summary>Each colour's name by its hexadecimal form, as Skia writes it.</summary>
    internal static Dictionary<string, string> Names(Scheme scheme)
    {
        var names = Named.ToDictionary(c => scheme == Scheme.Dark ? c.Dark : c.Light, c => c.Name, StringComparer.OrdinalIgnoreCase);
        if (names.TryGetValue("#ffffff", out string? white)) names["white"] = white;
        return names;
    }

    /// <summary>
    /// Black or white, whichever stands out more from the fill: at least 4.5 to 1 on each of them. A page's fills follow its scheme after
    /// they were drawn: on those that are dark on light paper and light on dark paper, a text has the colour of the paper.
    /// </summary>
    internal static string On(string fill) =>
        (IsDark(fill, Scheme.Light), IsDark(fill, Scheme.Dark)) switch
        {
            (true, true) => "on-dark",
            (false, false) => "on-light",
            (true, false) => "paper",
            _ => "ink",
        };

    private static bool IsDark(string fill, Scheme scheme)
    {
        Color c = Find(fill, scheme);
        double luminance = 0.2126 * Linear(c.R) + 0.7152 * Linear(c.G) + 0.0722 * Linear(c.B);
        return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05;

        // The transfer function of sRGB.
        static double Linear(byte channel) => channel / 255.0 is var v && v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
    }
}
