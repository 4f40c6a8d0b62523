namespace ExitProf.Vmm;

/// <summary>In-kernel devices that have to be there before the vCPU is made.</summary>
[Flags]
public enum GuestDevices
{
    None = 0,

    /// <summary>Interrupt controllers in the kernel: each vCPU has a local APIC.</summary>
    Irqchip = 1,
}
