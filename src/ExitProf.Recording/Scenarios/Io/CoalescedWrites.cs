using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// Writes that the kernel only notes in the ring it shares with the VMM, which looks there when it is in user space for another reason.
/// </summary>
internal static class CoalescedWrites
{
    /// <summary>The ring is drained after each run. A full one would send the guest to user space, which nothing here expects.</summary>
    public static Workload Of(Workload workload, int bytes, bool pio) => workload with
    {
        MostExits = CoalescedRing.Capacity,
        Prepare = guest =>
        {
            guest.Vm.Coalesce(workload.Subkey, bytes, pio);
            return [];
        },
        Check = (guest, exits) =>
        {
            int noted = new CoalescedRing(guest.Vcpu).Drain(workload.Subkey, bytes, pio);
            if (noted < 0) throw new GuestException("The ring of coalesced writes holds one that the guest did not make.");
            if (noted != exits) throw new GuestException($"The ring of coalesced writes holds {noted} of {exits} writes.");
        },
    };
}
