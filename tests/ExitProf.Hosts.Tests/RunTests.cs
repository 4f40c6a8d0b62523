using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ExitProf.Hosts.Tests;

/// <summary><c>exitprof run</c>: a guest of our own, of the shape of kvm-unit-tests', as its user sees it.</summary>
public sealed class RunTests
{
    private const long Each = TinyGuest.Loop * TinyGuest.Loops;

    [Fact]
    public void A_guest_prints_its_own_figures_next_to_its_exits_by_reason_and_port()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["tiny.flat"], TinyGuest.Measuring(7));
        ProcessResult result = KeptMachine.Run("run", folder["tiny.flat"], "--host", "svm", "--args", "--cpuid inl", "--exits", "100",
            "-o", folder["t.nettrace"]);
        Assert.Contains("tiny.flat --cpuid inl prints:\n  tiny.flat --cpuid inl\n  nothing ", result.Output);
        Assert.Contains("The guest ended with status 7. KVM counted ", result.Output);
        Assert.Contains("exitprof: runs tiny.flat twice, the second time recorded: at most ", result.Error);
        (long nothing, long cpuid) = (Ticks(result.Output, "nothing"), Ticks(result.Output, "cpuid"));

        // The loop's own instructions are in both; the scenario's own count is between two stamps.
        double own = (cpuid - nothing) / (double)TinyGuest.Loop, scenario = Scenario(folder);
        Assert.InRange(own / scenario, 0.99, 1.01);

        using JsonDocument json = JsonDocument.Parse(
            ExitProfCommand.Run("report", folder["t.nettrace"], "--format", "json").Succeeds().Output);
        JsonElement trace = json.RootElement.GetProperty("traces")[0];
        Assert.StartsWith("QEMU emulator version", trace.GetProperty("outerMachine").GetProperty("emulator").GetString());
        List<JsonElement> reasons = [.. trace.GetProperty("reasons").EnumerateArray()];
        Assert.Equal(Each, reasons.Single(r => r.GetProperty("reason").GetString() == "cpuid").GetProperty("count").GetInt64());
        JsonElement port = Assert.Single(
            reasons.Where(r => r.GetProperty("reason").GetString() == "io").SelectMany(r => r.GetProperty("subkeys").EnumerateArray()),
            s => s.GetProperty("subkey").GetString() == "0x1234");
        Assert.Equal(Each, port.GetProperty("count").GetInt64());
        string[] findings = [.. trace.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("id").GetString()!)];
        Assert.Contains("kvm-counters-agree", findings);
        Assert.Contains("ends-only", findings);
    }

    [Fact]
    public void A_guest_that_does_not_end_by_itself_is_exit_code_2_and_one_sentence()
    {
        VerifiedRecording.TakeTurns(3);
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["fault.flat"], TinyGuest.Image(a => a.ud2()));
        ProcessResult result = KeptMachine.Try("run", folder["fault.flat"], "--host", "svm", "--exits", "0");
        Assert.SkipWhen(KeptMachine.CannotBeHad(result.Error), result.Error);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("The guest ended with a triple fault (KVM_EXIT_SHUTDOWN).", result.Output);
    }

    /// <summary>The median of our own scenario with the same interrupt controllers, untraced.</summary>
    private static double Scenario(TemporaryFolder folder)
    {
        KeptMachine.Run("record", "cpuid", "--host", "svm", "--set", "irqchip=on", "-o", folder["s.nettrace"]);
        using JsonDocument json = JsonDocument.Parse(
            ExitProfCommand.Run("report", folder["s.nettrace"], "--format", "json").Succeeds().Output);
        JsonElement only = json.RootElement.GetProperty("traces")[0].GetProperty("configurations")[0];
        return only.GetProperty("untraced").GetProperty("p50").GetDouble();
    }

    private static long Ticks(string output, string line) =>
        long.Parse(Regex.Match(output, $@"^  {line} (\d+)$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);
}
