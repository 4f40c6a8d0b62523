using System.Text.Json;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// The stage table against the truth: what a recording gets from leaving events out, one by one, is what a plugin of the emulator counts
/// instruction by instruction in an exit without events.
/// </summary>
public sealed class StageTruthTests(CountedRecordings recordings)
{
    /// <summary>
    /// Set to anything: every kernel and scenario, instead of the slice that the kept machine has anyway; tests/hosts.sh asks for all too.
    /// </summary>
    private const string AllVariable = "EXITPROF_STAGES_ALL";

    private const double Instructions = 5;
    private const double Share = 0.02;

    public static TheoryData<string, string> Cases
    {
        get
        {
            string[] kernels = ["debian:6.1", "debian:6.12", "debian:bullseye"], scenarios = ["pio-out", "ioeventfd-pio", "mmio-read"];
            bool all = VerifiedRecording.AllAsked || Environment.GetEnvironmentVariable(AllVariable) is { Length: > 0 };
            var cases = new TheoryData<string, string>();
            foreach (string kernel in all ? kernels : kernels[..1])
            {
                foreach (string scenario in all ? scenarios : scenarios[..1]) cases.Add(kernel, scenario);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_corrected_stage_is_what_the_plugin_counts(string kernel, string scenario)
    {
        using JsonDocument with = CountedRecordings.Report(recordings.Counted(scenario, kernel)),
            without = CountedRecordings.Report(recordings.Plain(scenario, kernel));
        Dictionary<string, long> truth = with.RootElement.GetProperty("traces")[0].GetProperty("functions").EnumerateArray()
            .GroupBy(f => f.GetProperty("stage").GetString()!).ToDictionary(s => s.Key, s => s.Sum(f => f.GetProperty("count").GetInt64()));
        JsonElement[] stages = [.. without.RootElement.GetProperty("traces")[0].GetProperty("configurations")[0].GetProperty("stages")
            .EnumerateArray().Where(s => s.GetProperty("state").GetString() != "absent")];
        Assert.Equal(truth.Keys.Order(), stages.Select(s => s.GetProperty("stage").GetString()!).Order());
        Assert.All(stages, s =>
        {
            double corrected = s.GetProperty("corrected").GetDouble();
            long exact = truth[s.GetProperty("stage").GetString()!];
            Assert.True(corrected >= 0, $"{s.GetProperty("stage")} is {corrected}");
            Assert.True(Math.Abs(corrected - exact) <= Math.Max(Instructions, Share * exact),
                $"{s.GetProperty("stage")}: {corrected} for {exact}");
        });
    }
}
