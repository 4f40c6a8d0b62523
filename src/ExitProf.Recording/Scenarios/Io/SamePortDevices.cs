using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// In-kernel devices on the guest's own port that do not answer it: ioeventfds that wait for another value. The kernel's bus finds a
/// port by halves but asks all devices of one port and length in turn, so these lengthen the search and nothing else.
/// </summary>
internal static class SamePortDevices
{
    public const string Name = "devices";
    private const ulong FirstMatch = 0x100000;

    public static readonly Setting Setting = Setting.Number(
        Name,
        "in-kernel devices on the same port that do not answer (linear search)",
        0,
        0,
        5000,
        flips: false
    );

    /// <summary>One eventfd stands behind all of them: the search compares values, not descriptors.</summary>
    public static IReadOnlyList<IDisposable> Register(Guest guest, ushort port, int bytes, int count)
    {
        if (count == 0) return [];
        KvmHandle eventfd = VirtualMachine.CreateEventfd();
        // The guest writes zero, which none of these waits for.
        for (int i = 0; i < count; i++) guest.Vm.Ioeventfd(eventfd, port, (uint)bytes, pio: true, datamatch: FirstMatch + (ulong)i);
        return [eventfd];
    }
}
