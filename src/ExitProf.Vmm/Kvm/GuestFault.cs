namespace ExitProf.Vmm;

/// <summary>An exception that the guest has to see: a value, because a guest may make as many as it likes.</summary>
/// <param name="ErrorCode">Null for a vector that has none.</param>
/// <param name="Address">What goes to CR2; 0 for all but a page fault.</param>
public readonly record struct GuestFault(byte Vector, uint? ErrorCode, ulong Address)
{
    public const byte InvalidOpcodeVector = 6;
    public const byte DeviceNotAvailableVector = 7;
    public const byte StackVector = 12;
    public const byte GeneralProtectionVector = 13;
    public const byte PageFaultVector = 14;

    public static GuestFault InvalidOpcode => new(InvalidOpcodeVector, null, 0);

    public static GuestFault DeviceNotAvailable => new(DeviceNotAvailableVector, null, 0);

    public static GuestFault Stack => new(StackVector, 0, 0);

    public static GuestFault GeneralProtection => new(GeneralProtectionVector, 0, 0);

    public static GuestFault PageFault(ulong address, PageFaultCode code) => new(PageFaultVector, (uint)code, address);
}

/// <summary>The error code of a page fault (Intel SDM volume 3, 4.7).</summary>
[Flags]
public enum PageFaultCode : uint
{
    None = 0,
    Present = 1,
    Write = 2,
    User = 4,
    ReservedBit = 8,
    Fetch = 16,
}
