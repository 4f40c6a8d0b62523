namespace ExitProf;

/// <summary>What came of a guest that was booted inside an emulated host, on its way out.</summary>
/// <param name="End">The name of a <see cref="ExitProf.Vmm.GuestEndKind"/>.</param>
/// <param name="Output">What the guest wrote, as base 64: it may be any bytes.</param>
internal sealed record JsonBootedRun(
    int Schema, string End, uint Status, string Sentence, string Output, IReadOnlyDictionary<string, long> Counters);
