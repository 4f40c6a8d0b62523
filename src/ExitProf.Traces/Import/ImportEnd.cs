namespace ExitProf.Traces;

/// <summary>The end of an import of the kernel's trace records: what pairing met, as findings, and the totals.</summary>
internal static class ImportEnd
{
    internal static ImportReading Write(ImportFormat format, KernelRecords records, long events, ImportFindings findings, ITraceSink sink,
        long bytes)
    {
        ExitDemultiplexer exits = records.Exits;
        if (records.HasFormats && exits.Counts.Exits + exits.Counts.Paired == 0) findings.AddNoExits(events, byNotes: false);
        findings.Add(FindingKind.EventsDamaged, records.Damaged, $"{records.Damaged:N0} trace events are shorter than their format.");
        findings.AddPairing(exits.Counts);
        findings.AddClasses(exits.FoldedSubkeys, exits.FoldedSignatures);
        findings.AddClock();
        foreach (Finding finding in findings.All) sink.Finding(finding);
        TraceTotals totals = exits.Totals(findings.All.Count, interrupted: false);
        sink.End(totals);
        return new ImportReading(format, bytes, events, totals.Exits, [.. findings.All]);
    }
}
