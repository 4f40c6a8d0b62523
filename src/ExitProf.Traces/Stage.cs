namespace ExitProf.Traces;

/// <summary>The eight rows of the classic table (Tosatti, KVM Forum 2010), in the order in which an exit walks through them.</summary>
public enum Stage
{
    /// <summary>Guest stamp to host control: the world switch out.</summary>
    Exit,

    /// <summary>The exit handler, instruction fetch and decode, up to the dispatch of the access.</summary>
    Handler,

    /// <summary>
    /// At most the bus search: also an in-kernel device, the write-back and the FPU swap, where no event or probe splits them.
    /// </summary>
    PioSearch,

    /// <summary>
    /// The rest of the run loop where a probe ends the search, vcpu_put, the return from the system call, user-return MSRs.
    /// </summary>
    HostRestore,

    /// <summary>The VMM.</summary>
    Userspace,

    /// <summary>KVM_RUN called again: system call entry, vcpu_load, FPU swap.</summary>
    GuestReload,

    /// <summary>Guest MSRs, requests, injection, up to the last host event before entry.</summary>
    GuestEntry,

    /// <summary>The world switch in, to the guest's stamp.</summary>
    GuestResume,
}

public static class StageNames
{
    public static readonly IReadOnlyList<Stage> All = Enum.GetValues<Stage>();

    public static string Name(this Stage stage) => stage switch
    {
        Stage.Exit => "exit",
        Stage.Handler => "handler",
        Stage.PioSearch => "pio-search",
        Stage.HostRestore => "host-restore",
        Stage.Userspace => "userspace",
        Stage.GuestReload => "guest-reload",
        Stage.GuestEntry => "guest-entry",
        Stage.GuestResume => "guest-resume",
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };

    /// <summary>The six words in which people talk about an exit: the last three stages are all re-entry.</summary>
    public static string Group(this Stage stage) => stage >= Stage.GuestReload ? "reentry" : stage.Name();
}
