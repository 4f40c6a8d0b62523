using System.Text;

namespace ExitProf.Reports.Charts;

/// <summary>A colour of the charts, in both schemes. Groups have the colours of Okabe and Ito, which colour-blind people can tell apart.</summary>
/// <param name="Name">The name of the group, or what else it is for: the class is <c>f-name</c> for areas and <c>l-name</c> for lines.</param>
internal sealed record Ink(string Name, string LightFill, string LightLine, string DarkFill, string DarkLine);

internal static class Palette
{
    /// <summary>In the order in which an exit walks through the groups; lines are darker (lighter on dark paper) than areas.</summary>
    public static readonly IReadOnlyList<Ink> Groups =
    [
        new("exit", "#56b4e9", "#1f86c0", "#56b4e9", "#7cc8f2"),
        new("handler", "#0072b2", "#0072b2", "#3b93cc", "#4ba3dc"),
        new("pio-search", "#cc79a7", "#b04f86", "#cc79a7", "#e09cc2"),
        new("host-restore", "#e69f00", "#b87f00", "#e69f00", "#f0b429"),
        new("userspace", "#d55e00", "#d55e00", "#e8702a", "#f07f3c"),
        new("reentry", "#009e73", "#008560", "#1fb489", "#2fc79b"),
    ];

    public static readonly IReadOnlyList<Ink> Others =
    [
        new("residual", "#9aa1a9", "#6f767d", "#7d858d", "#9aa1a9"),
        new("total", "#3d444b", "#24292f", "#c3cad1", "#e6ebf0"),
        new("traced", "#d0d5da", "#6f767d", "#4a525a", "#9aa1a9"),
    ];

    private static readonly (string Name, string Light, string Dark)[] Papers =
    [
        ("ink", "#1f2328", "#e6ebf0"),
        ("faint", "#59636e", "#9aa4ae"),
        ("grid", "#dfe3e8", "#343b43"),
        ("paper", "#ffffff", "#15191e"),
        ("edge", "#00000055", "#ffffff40"),
    ];

    /// <summary>Rules for a picture that stands alone: light, with the colours written out, because librsvg knows no variables.</summary>
    public static string LightCss() => Css(name => Find(name).Light);

    /// <summary>Rules for all charts of a page, with variables.</summary>
    public static string PageCss() => Css(name => $"var(--{name})");

    /// <summary>The variables' values: <c>--ink:#1f2328;</c> ...</summary>
    public static string Variables(bool dark) =>
        string.Concat(All().Select(c => $"--{c.Name}:{(dark ? c.Dark : c.Light)};"));

    private static string Css(Func<string, string> colour)
    {
        var css = new StringBuilder();
        foreach (Ink ink in Groups.Concat(Others))
        {
            css.Append($".f-{ink.Name}{{fill:{colour("f-" + ink.Name)}}}.l-{ink.Name}{{stroke:{colour("l-" + ink.Name)};fill:none}}");
        }
        css.Append($".ink{{fill:{colour("ink")}}}.faint{{fill:{colour("faint")}}}.paper{{fill:{colour("paper")}}}");
        css.Append($".grid{{stroke:{colour("grid")};stroke-width:1}}.axis{{stroke:{colour("faint")};stroke-width:1}}.whisker{{stroke:{colour("ink")};stroke-width:1.5}}");
        css.Append($".bar{{stroke:{colour("edge")};stroke-width:1}}.link{{stroke:{colour("faint")};stroke-width:1;stroke-dasharray:2 2}}.hatch{{stroke:{colour("ink")};stroke-width:1.3;opacity:.55}}");
        return css.ToString();
    }

    private static IEnumerable<(string Name, string Light, string Dark)> All() =>
        Groups.Concat(Others).SelectMany(i => new[] { ("f-" + i.Name, i.LightFill, i.DarkFill), ("l-" + i.Name, i.LightLine, i.DarkLine) }).Concat(Papers);

    private static (string Name, string Light, string Dark) Find(string name) => All().First(c => c.Name == name);
}
