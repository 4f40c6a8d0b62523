using ExitProf.Traces;

namespace ExitProf.Tests.Borders;

/// <summary>The scheduler takes the CPU away within an exit.</summary>
public sealed class SwitchWalkTests
{
    private const string Exit = "kvm_exit kvm_pio kvm_fpu:unload kvm_userspace_exit kvm_fpu:load kvm_entry";

    [Theory]
    [InlineData("sched_switch:out sched_switch:in")]
    [InlineData("rcu_utilization:start rcu_utilization:end sched_switch:out sched_switch:in")]
    public void A_switch_divides_a_step_and_leaves_the_stages_as_they_are(string switched)
    {
        BorderRow row = BorderTable.Row(ExitKind.PioOut, Destination.Userspace, Backend.Svm, vmmStamps: false);
        string[] events = Exit.Split(' ');
        string[] stages = Stages(row, Exit)!;
        for (int i = 1; i < events.Length; i++)
        {
            Assert.Equal(stages, Stages(row, string.Join(' ', [.. events[..i], switched, .. events[i..]])));
        }
    }

    [Fact]
    public void A_note_for_RCU_that_no_switch_follows_is_no_part_of_such_an_exit()
    {
        BorderRow row = BorderTable.Row(ExitKind.PioOut, Destination.Userspace, Backend.Svm, vmmStamps: false);
        Assert.Null(Stages(row, Exit.Replace("kvm_fpu:unload", "kvm_fpu:unload rcu_utilization:start rcu_utilization:end")));
    }

    private static string[]? Stages(BorderRow row, string signature) =>
        Walk.Of(row, WalkText.Parse(signature))?.Stages.Select(s => $"{s.Name}: {s.State}, {s.Bound}").ToArray();
}
