using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>What the words of a page mean, folded at its end: a page is handed round without the documentation.</summary>
internal static class Glossary
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

    public static Html OfTraces { get; } = Fold([.. Stages, .. Recording]);

    public static Html OfVerdicts { get; } = Fold([.. Verdicts, .. Stages]);

    /// <summary>For a page of traces of which some have a verdict.</summary>
    public static Html OfBoth { get; } = Fold([.. Verdicts, .. Stages, .. Recording]);

    private static Html Fold((string Word, string Meaning)[] words)
    {
        var items = words.Select(w => Html.Of($"<dt>{w.Word}</dt><dd>{w.Meaning}</dd>\n"));
        return HtmlPage.Fold("What the words mean", Html.Of($"<dl>\n{items}</dl>\n"));
    }
}
