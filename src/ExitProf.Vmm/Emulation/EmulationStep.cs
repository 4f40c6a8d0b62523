namespace ExitProf.Vmm;

/// <summary>
/// The stamps of one emulated exit, in order; each begins the step of its name. What lies before the first is dispatch. Those of the vector
/// state are 0 where an instruction does not use it, and an exit that is no emulation has the device's and the last one only.
/// </summary>
public enum EmulationStep
{
    Lookup,
    Fetch,
    Decode,
    ReadVectorState,

    /// <summary>Address and operand.</summary>
    Operand,
    Device,

    /// <summary>What the instruction computes.</summary>
    Execute,
    WriteVectorState,
    WriteBack,

    /// <summary>How many there are.</summary>
    Count,
}
