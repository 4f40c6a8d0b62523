using System.Text.Json;

namespace ExitProf.Hosts.Tests;

/// <summary>Attaching on a CPU with SVM: every exit that KVM counts is in the trace, under its reason.</summary>
public sealed class AttachTests
{
    private const int Exits = 200;

    [Fact]
    public void Every_exit_is_seen_that_KVM_counts_by_its_reason()
    {
        using var folder = new TemporaryFolder();
        ProcessResult result = KeptMachine.Run("attach-trial", "--host", "svm", "--exits", $"{Exits}", "-o", folder["a.nettrace"]);
        Dictionary<string, long> counted = JsonSerializer.Deserialize<Dictionary<string, long>>(result.Output)!;
        using JsonDocument json = JsonDocument.Parse(
            ExitProfCommand.Run("report", folder["a.nettrace"], "--format", "json").Succeeds().Output);
        JsonElement trace = json.RootElement.GetProperty("traces")[0];
        List<JsonElement> reasons = [.. trace.GetProperty("reasons").EnumerateArray()];

        Assert.Equal("instructions", trace.GetProperty("clock").GetProperty("unit").GetString());
        Assert.DoesNotContain(trace.GetProperty("findings").EnumerateArray(), f => f.GetProperty("id").GetString() == "events-lost");
        Assert.Contains(trace.GetProperty("findings").EnumerateArray(), f => f.GetProperty("id").GetString() == "kvm-counters-agree");
        Assert.True(counted["exits"] >= 4 * Exits);
        Assert.Equal(counted["exits"], Count(_ => true));
        Assert.Equal(counted["io_exits"], Count(r => r.GetProperty("reason").GetString() == "io"));
        Assert.Equal(counted["mmio_exits"], Count(r => r.GetProperty("kvmExit").GetString() == "KVM_EXIT_MMIO"));
        Assert.Equal(counted["halt_exits"], Count(r => r.GetProperty("reason").GetString() == "hlt"));
        Assert.Equal(counted["fpu_reload"], Count(r => r.GetProperty("userspace").GetBoolean()));
        Assert.Equal(Exits, Count(r => r.GetProperty("reason").GetString() == "cpuid"));

        long Count(Func<JsonElement, bool> wanted) => reasons.Where(wanted).Sum(r => r.GetProperty("count").GetInt64());
    }
}
