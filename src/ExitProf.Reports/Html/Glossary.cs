using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>What the words of a page mean, folded at its end: a page is handed round without the documentation.</summary>
internal static partial class Glossary
{
    private static readonly (string Word, string Meaning)[] Stages =
    [
        ("exit", "From the guest's instruction to the one after it. The first stage of the same name is the switch from the guest into KVM."),
        (Stage.Handler.Name(), "KVM finds out why the guest exited, decodes the access and dispatches it."),
        (Stage.PioSearch.Name(), "KVM looks for a device of its own at that port or address; at most that, where no event ends it exactly (≤)."),
        (Stage.HostRestore.Name(), "KVM puts the host's state back and returns to the VMM."),
        (Stage.Userspace.Name(), "The VMM's own work."),
        (Stage.GuestReload.Name(), "The VMM calls KVM_RUN again, and KVM loads the guest's state."),
        (Stage.GuestEntry.Name(), "KVM prepares the entry: the guest's MSRs, requests, interrupts."),
        (Stage.GuestResume.Name(), "The switch from KVM into the guest."),
        ("reentry", "The last three stages together."),
        ("probe", "What an event of the kernel costs where it is recorded; corrected figures are without it."),
        ("untraced", "Exits without any event of the kernel: what the guest pays."),
        ("complete", "An exit with just those events that the calibration found; the others were interrupted."),
        ("finding", "A doubt that travels with the data, counted."),
    ];

    private static readonly (string Word, string Meaning)[] Recording =
    [
        ("signature", "The events of an exit in their order; the calibration finds which one this host's exits have."),
        ("block", "Exits that were recorded in one go, a few milliseconds long, with the kernel's events on or off."),
        ("round", "Each configuration's blocks once, in an order drawn by lot; intervals are over rounds."),
        ("grain", "The smallest step of the clock."),
        ("p50, p90, p99", "So many percent of the exits took at most this."),
    ];

    private static readonly (string Word, string Meaning)[] Verdicts =
    [
        ("base, new", "The two sides; a shift is new minus base."),
        ("margin", "A shift within it counts as nothing (--margin)."),
        ("quad", "Four neighbouring blocks, two of each side; what drifts more slowly cancels."),
        ("interval", "Where the true shift lies, with the confidence named; \"at 99 % together\": all of them at once."),
        ("tail", "The slowest exits or runs."),
        ("cannot tell", "These runs decide neither \"same\" nor \"worse\" nor \"better\": more runs would."),
    ];

    private static readonly Dictionary<string, string> Meanings = Recording.Concat(Verdicts).ToDictionary(w => w.Word, w => w.Meaning);

    public static Html OfTraces { get; } = Fold([.. Stages, .. Recording]);

    /// <summary>For verdicts, and for a page of traces of which some have one.</summary>
    public static Html OfVerdicts { get; } = Fold([.. Verdicts, .. Stages, .. Recording]);

    /// <summary>A text of a page with this list at its end: words of the trade lead to their meaning.</summary>
    public static Html Linked(string text)
    {
        var parts = new List<Html>();
        int at = 0;
        foreach (Match word in Words().Matches(text))
        {
            string named = word.Groups[1].Value;
            parts.Add(Html.Of($"{text[at..word.Index]}<a class=\"word\" href=\"#{Id(named)}\" title=\"{Meanings[named]}\">{word.Value}</a>"));
            at = word.Index + word.Length;
        }
        return Html.Of($"{parts}{text[at..]}");
    }

    private static string Id(string word) => "word-" + word.Split(',', ' ')[0];

    private static Html Fold((string Word, string Meaning)[] words)
    {
        var items = words.Select(w => Html.Of($"<dt id=\"{Id(w.Word)}\">{w.Word}</dt><dd>{w.Meaning}</dd>\n"));
        return HtmlPage.Fold("What the words mean", Html.Of($"<dl>\n{items}</dl>\n"));
    }

    // Those that are no everyday words; the names of the stages are everywhere.
    [GeneratedRegex(@"(?<![\w.:=-])(signature|block|round|grain|quad|margin)s?(?![\w.:=-])")]
    private static partial Regex Words();
}
