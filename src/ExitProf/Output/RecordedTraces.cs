namespace ExitProf;

/// <summary>The traces that come with the sources: what can be looked at without KVM.</summary>
internal static class RecordedTraces
{
    /// <summary>A sentence names as many; the others lie beside them.</summary>
    private const int Named = 3;

    public static string Hint()
    {
        string[] traces = Directory.Exists("traces") ? Directory.GetFiles("traces", "*.nettrace", SearchOption.AllDirectories) : [];
        return traces.Length > 0
            ? $"Recorded traces can be shown without KVM: exitprof report {string.Join(' ', traces.Order(StringComparer.Ordinal).Take(Named))}"
                + (traces.Length > Named ? $" ({traces.Length - Named} more in traces/)" : "")
            : "Recorded traces can be shown without KVM: exitprof report FILE.nettrace; the sources of ExitProf bring some in traces/.";
    }
}
