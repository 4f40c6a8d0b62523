using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Functions;

/// <summary>Calls, returns, jumps to other functions, and the borders of guest, VMM and kernel.</summary>
public sealed class CallStackTests
{
    [Fact]
    public void A_call_adds_a_frame_and_its_return_takes_it_off()
    {
        string[] stacks = Stacks(new WayBuilder().In("run", 1).CallFrom("run", 1).In("search", 1).ReturnFrom("search", 1).In("run", 1, 2));
        Assert.Equal(["run", "run", "run;search [kvm]", "run;search [kvm]", "run"], stacks);
    }

    [Fact]
    public void A_jump_to_another_function_returns_to_the_same_caller()
    {
        string[] stacks = Stacks(new WayBuilder().CallFrom("run", 0).In("handle", 1).In("search", 1).ReturnFrom("search", 1).In("run", 1, 1));
        Assert.Equal(["run", "run;handle", "run;search [kvm]", "run;search [kvm]", "run"], stacks);
    }

    [Fact]
    public void Guest_and_VMM_have_stacks_of_their_own_and_a_system_call_begins_a_new_one()
    {
        string[] stacks = Stacks(new WayBuilder().CallFrom("run", 0).In("resume", 1).Guest(1).In("resume", 1, 1).User(1).In("run", 1));
        Assert.Equal(["run", "run;resume", CallStack.GuestFrame, "run;resume", CallStack.UserFrame, "run"], stacks);
    }

    [Fact]
    public void Callers_whose_call_came_before_the_exit_are_known_from_the_exit_before()
    {
        var stack = new CallStack(WayBuilder.Symbols, ["run", "resume"]);
        WayInstruction[] way = [.. new WayBuilder().ReturnFrom("resume", 5).In("run", 1, 2).Way().Instructions];
        Assert.Equal(["run;resume", "run"], way.Select(stack.Step));
    }

    [Fact]
    public void Code_without_a_symbol_is_named_so()
    {
        var stack = new CallStack(WayBuilder.Symbols);
        Assert.Equal(CallStack.UnknownFrame, stack.Step(new WayInstruction((WayBuilder.Kernel + (1 << 20)) & ((1UL << 56) - 1))));
    }

    private static string[] Stacks(WayBuilder way)
    {
        var stack = new CallStack(WayBuilder.Symbols);
        return [.. way.Way().Instructions.Select(stack.Step)];
    }
}
