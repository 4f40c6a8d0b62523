using System.Text;
using ExitProf.Tests.Ftrace;
using ExitProf.Traces;

namespace ExitProf.Tests.Borders;

/// <summary>What the stage tables of real VMX and SVM hosts look like: the recorded scenarios against the border table.</summary>
public sealed class HostWalkTests
{
    [Fact]
    public void Stage_tables_of_recorded_hosts_without_guest_stamps() => Golden.Equal("host-walks.txt", Tables(vmmStamps: false, s => s));

    [Fact]
    public void Stage_tables_of_recorded_hosts_with_our_own_stamps() =>
        Golden.Equal("host-walks-own-vmm.txt", Tables(vmmStamps: true, Own));

    private static string Tables(bool vmmStamps, Func<string, string> stamped)
    {
        var text = new StringBuilder();
        foreach (
            string folder in HostSample.Folders().Select(row => row.Data).Where(f => f.StartsWith("fixtures/", StringComparison.Ordinal))
        )
        {
            var sample = HostSample.Load(folder);
            var expected = HostScenario.Of(sample.Backend, sample.Scenario)!;
            var dominant = sample
                .Exits()
                .Where(e => e.Kind == expected.Kind && e.HasExit && e.HasEntry)
                .GroupBy(e => e.Text)
                .MaxBy(g => g.Count())!;
            Assert.Equal(expected.Signature, dominant.Key);
            var row = BorderTable.Row(expected.Kind, expected.Destination, sample.Backend, vmmStamps);
            text.Append(WalkText.Of($"{sample.Host} {sample.Scenario}", row, WalkText.Parse(stamped(dominant.Key)))).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>
    /// The same exit as our own VMM would have recorded it; the note beside the world switch is that of every kernel from 6.1 on.
    /// </summary>
    private static string Own(string signature) => "guest:before "
        + signature.Replace("sys_exit sys_enter", "sys_exit vmm:run-returned vmm:run-called sys_enter", StringComparison.Ordinal)
        + " rcu_utilization:start rcu_utilization:end guest:after";
}
