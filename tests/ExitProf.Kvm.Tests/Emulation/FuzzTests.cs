using System.Diagnostics;
using System.Globalization;
using ExitProf.Kvm.Tests.Recording;
using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Emulation;

/// <summary>A slice of what <c>tests/fuzz-emulation.sh</c> does for longer; EXITPROF_LIVE_SEED draws it.</summary>
public sealed class FuzzTests
{
    private const long Slice = 50_000;

    // Under write protection each new page is two or three memory slots made anew.
    private const long ProtectedSlice = 15_000;

    [Theory]
    [InlineData(Coherence.VerifyBytes)]
    [InlineData(Coherence.WriteProtectCode)]
    [InlineData(Coherence.WriteProtectCodeAndTables)]
    public void A_hostile_guest_ends_in_a_fault_or_a_sentence_and_the_cache_is_never_stale(Coherence coherence)
    {
        HostNeeds.Kvm();
        (long instructions, int seed) = Asked(coherence == Coherence.VerifyBytes ? Slice : ProtectedSlice);
        using var fuzz = new EmulationFuzz(seed, coherence);
        var clock = Stopwatch.StartNew();
        FuzzTotals totals = fuzz.Run(instructions);
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{coherence}, seed {seed}: {totals.Instructions:N0} instructions, {totals.Emulated:N0} emulated, "
                + $"{totals.Refused:N0} refused with a sentence, "
                + $"{totals.Instructions - totals.Emulated - totals.Refused:N0} faults or stores, {totals.Hits:N0} cache hits, "
                + $"{totals.Compared:N0} compared with the cache off, {clock.Elapsed.TotalSeconds:F0} s"
            )
        );
        Assert.True(totals.Emulated > instructions / 50, $"only {totals.Emulated} were emulated");
        Assert.True(totals.Hits > instructions / 500, $"only {totals.Hits} were found in the cache");
    }

    [Theory]
    [InlineData(CacheFault.BytesNotCompared, Coherence.VerifyBytes)]
    [InlineData(CacheFault.KeyWithoutCr3, Coherence.WriteProtectCodeAndTables)]
    [InlineData(CacheFault.KeyWithoutMode, Coherence.WriteProtectCodeAndTables)]
    [InlineData(CacheFault.CodeStoresMissed, Coherence.WriteProtectCode)]
    [InlineData(CacheFault.CodeStoresMissed, Coherence.WriteProtectCodeAndTables)]
    [InlineData(CacheFault.TableStoresMissed, Coherence.WriteProtectCodeAndTables)]
    public void The_fuzz_notices_a_cache_that_is_broken_on_purpose(CacheFault fault, Coherence coherence)
    {
        HostNeeds.Kvm();
        using var fuzz = new EmulationFuzz(1, coherence, fault);
        var noticed = Assert.Throws<InvalidOperationException>(() => fuzz.Run(ProtectedSlice));
        Assert.Contains("the cache came to something else", noticed.Message, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine($"{fault}, {coherence}: {noticed.Message}");
    }

    /// <summary>EXITPROF_FUZZ_EMULATION: how many instructions, and the seed.</summary>
    private static (long Instructions, int Seed) Asked(long slice)
    {
        string[] asked = (Environment.GetEnvironmentVariable("EXITPROF_FUZZ_EMULATION") ?? "").Split(
            ' ',
            StringSplitOptions.RemoveEmptyEntries
        );
        long instructions = asked.Length > 0 ? long.Parse(asked[0], CultureInfo.InvariantCulture) : slice;
        return (
            asked.Length > 0 && slice == ProtectedSlice ? instructions / 20 : instructions,
            asked.Length > 1 ? int.Parse(asked[1], CultureInfo.InvariantCulture) : LiveSlice.Seed
        );
    }
}
