namespace ExitProf.Hosts;

/// <summary>
/// The memory that an emulated host and its guest share: a PCI device without interrupts (ivshmem-plain), which needs no driver. At 0 lies
/// the state, at 8 the length of what is in it, from one page on the contents.
/// </summary>
internal static class MailboxLayout
{
    public const int Bytes = 64 << 20;
    public const int StateOffset = 0;
    public const int LengthOffset = 8;
    public const int ContentsOffset = 4096;
    public const int MostContents = Bytes - ContentsOffset;

    /// <summary>PCI vendor and device of ivshmem (docs/specs/ivshmem-spec.txt of QEMU).</summary>
    public const int Vendor = 0x1AF4;
    public const int Device = 0x1110;

    /// <summary>The base address register that the shared memory lies behind.</summary>
    public const int Bar = 2;
}

internal enum MailboxState
{
    Empty = 0,
    Command = 1,
    Results = 2,
    Ready = 3,
}
