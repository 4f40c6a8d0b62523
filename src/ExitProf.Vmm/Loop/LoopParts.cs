namespace ExitProf.Vmm;

/// <summary>
/// What the native loop does beside answering. A part is assembled only where a configuration of the recording needs it, and is then on the
/// path of all of them, so that configurations differ by nothing but its amount.
/// </summary>
[Flags]
public enum LoopParts
{
    None = 0,

    /// <summary>The device busy-waits: two more reads of the TSC.</summary>
    Delay = 1,

    /// <summary>What the guest wrote to a port is compared with what it should write.</summary>
    Written = 2,

    /// <summary>The device copies memory.</summary>
    Copy = 4,

    /// <summary>The device gives the guest a value in one of its registers.</summary>
    Transfer = 8,

    /// <summary>The vector registers are put into a state before each entry.</summary>
    Vectors = 256,

    /// <summary>Another thread runs on the CPU before each entry.</summary>
    OtherThread = 512,

    /// <summary>The VMM sets registers of the guest in kvm_run, or switches its page tables.</summary>
    SetState = 1024,

    /// <summary>The VMM sends the guest to its own handler, as a host does that reflects traps.</summary>
    Reflect = 2048,

    /// <summary>The device is looked up on a bus that other vCPUs look up too.</summary>
    BusLookup = 4096,
}
