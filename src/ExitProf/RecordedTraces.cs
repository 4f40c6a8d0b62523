namespace ExitProf;

/// <summary>The traces that come with the sources: what can be looked at without KVM.</summary>
internal static class RecordedTraces
{
    public static string Hint()
    {
        string[] traces = Directory.Exists("traces") ? Directory.GetFiles("traces", "*.nettrace", SearchOption.AllDirectories) : [];
        return traces.Length > 0
            ? $"Recorded traces can be shown without KVM: exitprof report {string.Join(' ', traces.Order(StringComparer.Ordinal))}"
            : "Recorded traces can be shown without KVM: exitprof report FILE.nettrace; the sources of ExitProf bring some in traces/.";
    }
}
