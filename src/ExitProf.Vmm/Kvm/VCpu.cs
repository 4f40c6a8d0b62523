using System.Runtime.InteropServices;
using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>The vCPU descriptor: registers, the shared kvm_run page, KVM_RUN.</summary>
public sealed unsafe class VCpu : IDisposable
{
    // KVM_VCPU_TSC_CTRL and KVM_VCPU_TSC_OFFSET of <asm/kvm.h>.
    private const uint TscControl = 0;
    private const ulong TscOffset = 0;

    private readonly KvmHandle handle;
    private readonly int vm;
    private readonly int id;
    private readonly int runSize;
    private readonly KvmCpuidEntry2[] cpuid;
    private KvmRun* run;

    /// <param name="vm">The VM's descriptor.</param>
    /// <param name="id">KVM's number of the vCPU.</param>
    internal VCpu(KvmHandle handle, int vm, int id, int runSize, KvmCpuidEntry2[] cpuid)
    {
        (this.handle, this.vm, this.id) = (handle, vm, id);
        this.runSize = runSize;
        this.cpuid = cpuid;
        void* mapping = LibC.mmap(null, runSize, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED, handle.Fd, 0);
        if ((nint)mapping == -1) throw SystemCallException.Last("mmap of kvm_run");
        run = (KvmRun*)mapping;
        SetCpuid(cpuid);
    }

    public int Fd => handle.Fd;

    /// <summary>The page shared with KVM, valid until Dispose.</summary>
    public KvmRun* RunPage => run != null ? run : throw new ObjectDisposedException(nameof(VCpu));

    /// <summary>The local APIC's task priority, bits 7 to 4, as it was when KVM_RUN last returned.</summary>
    public int TaskPriorityClass => (int)RunPage->Cr8;

    /// <summary>Frequency of the guest's TSC in hertz, or 0 if KVM does not say.</summary>
    public long TscHertz
    {
        get
        {
            int khz = LibC.ioctl(handle.Fd, KvmIoctl.GetTscKhz.Number, 0);
            return khz > 0 ? khz * 1000L : 0;
        }
    }

    /// <summary>What KVM has counted of this vCPU, by its own names.</summary>
    public IReadOnlyDictionary<string, long> Statistics() => KvmStatistics.Read(handle);

    public KvmRegs Regs
    {
        get
        {
            KvmRegs regs = default;
            handle.Call(KvmIoctl.GetRegs, ref regs);
            return regs;
        }
        set => handle.Call(KvmIoctl.SetRegs, ref value);
    }

    public KvmSregs Sregs
    {
        get
        {
            KvmSregs sregs = default;
            handle.Call(KvmIoctl.GetSregs, ref sregs);
            return sregs;
        }
        set => handle.Call(KvmIoctl.SetSregs, ref value);
    }

    /// <exception cref="SystemCallException">KVM does not let this register be set.</exception>
    public void SetMsr(uint index, ulong value)
    {
        byte* one = stackalloc byte[sizeof(KvmMsrsHeader) + sizeof(KvmMsrEntry)];
        *(KvmMsrsHeader*)one = new KvmMsrsHeader { Nmsrs = 1 };
        *(KvmMsrEntry*)(one + sizeof(KvmMsrsHeader)) = new KvmMsrEntry { Index = index, Data = value };
        // It returns how many were set.
        if (LibC.ioctl(handle.Fd, KvmIoctl.SetMsrs.Number, (nint)one) != 1)
            throw new SystemCallException($"KVM_SET_MSRS (0x{index:x})", Errno.EINVAL, "KVM does not know this register here");
    }

    /// <summary>What CPUID returns in EAX for a leaf (subleaf 0), as KVM was told; null if KVM has no such leaf.</summary>
    public uint? CpuidEax(uint leaf) => CpuidEntry(leaf, 0)?.Eax;

    /// <summary>What CPUID returns, as KVM was told; null if KVM has no such leaf.</summary>
    public KvmCpuidEntry2? CpuidEntry(uint leaf, uint subleaf)
    {
        foreach (KvmCpuidEntry2 entry in cpuid)
        {
            if (entry.Function == leaf && entry.Index == subleaf) return entry;
        }
        return null;
    }

    /// <summary>Lets the guest use SSE and AVX: XCR0 and CR4.OSXSAVE.</summary>
    public void EnableAvx()
    {
        const ulong X87SseAvx = 7, Osxsave = 1 << 18;
        KvmSregs sregs = Sregs;
        sregs.Cr4 |= Osxsave;
        Sregs = sregs;
        var registers = new KvmXcrs { NrXcrs = 1 };
        registers.Xcrs[0] = new KvmXcr { Value = X87SseAvx };
        handle.Call(KvmIoctl.SetXcrs, ref registers, "the guest's CPUID has no AVX");
    }

    /// <summary>Has the guest see an exception when it runs next.</summary>
    public void Inject(GuestFault fault)
    {
        KvmVcpuEvents events = default;
        handle.Call(KvmIoctl.GetVcpuEvents, ref events);
        events.Exception.Injected = 1;
        events.Exception.Nr = fault.Vector;
        events.Exception.HasErrorCode = fault.ErrorCode != null ? (byte)1 : (byte)0;
        events.Exception.ErrorCode = fault.ErrorCode ?? 0;
        handle.Call(KvmIoctl.SetVcpuEvents, ref events);
        if (fault.Vector != GuestFault.PageFaultVector) return;
        KvmSregs sregs = Sregs;
        sregs.Cr2 = fault.Address;
        Sregs = sregs;
    }

    /// <summary>KVM_GET_XSAVE, KVM_GET_XSAVE2 or KVM_SET_XSAVE.</summary>
    internal void Xsave(Ioctl<KvmXsave> request, KvmXsave* area)
    {
        if (LibC.ioctl(handle.Fd, request.Number, (nint)area) != 0) throw SystemCallException.Last(request.Name);
    }

    /// <summary>Switches the local APIC on, as a guest's own start-up code would, and x2APIC mode if it is wanted.</summary>
    /// <exception cref="SystemCallException">The VM has no in-kernel interrupt controller, or the host no x2APIC.</exception>
    public void EnableLocalApic(bool x2apic)
    {
        // Spurious-interrupt vector register (Intel SDM volume 3, 11.9): bit 8 enables, vector 255.
        const int SpuriousVector = 0xf0, EnabledVector255 = 0x1ff;
        const ulong X2apicEnabled = 0xc00;
        KvmLapicState lapic = default;
        handle.Call(KvmIoctl.GetLapic, ref lapic, "the VM has no irqchip");
        MemoryMarshal.Write(((Span<byte>)lapic.Regs)[SpuriousVector..], EnabledVector255);
        handle.Call(KvmIoctl.SetLapic, ref lapic);
        if (!x2apic) return;
        KvmSregs sregs = Sregs;
        sregs.ApicBase |= X2apicEnabled;
        Sregs = sregs;
    }

    /// <summary>One KVM_RUN from managed code: for setting up and for tests, not for measuring.</summary>
    /// <returns>0, or the errno that ended it.</returns>
    public int Run() => LibC.ioctl(handle.Fd, KvmIoctl.Run.Number, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>
    /// Makes the guest's TSC equal to the host's. Where KVM does not offer the attribute (kernels before 5.16) or ignores it, the
    /// clocks may already be equal; bracketing guest stamps between host stamps is what proves it.
    /// </summary>
    public void ZeroTscOffset()
    {
        long offset = 0;
        var attribute = new KvmDeviceAttr { Group = TscControl, Attr = TscOffset, Addr = (ulong)&offset };
        if (handle.TryCall(KvmIoctl.HasDeviceAttr, ref attribute) == 0) _ = handle.TryCall(KvmIoctl.SetDeviceAttr, ref attribute);
    }

    /// <returns>The offset of the guest's TSC from the host's, in cycles; null if KVM does not say.</returns>
    public long? ReadTscOffset()
    {
        long offset = 0;
        var attribute = new KvmDeviceAttr { Group = TscControl, Attr = TscOffset, Addr = (ulong)&offset };
        return handle.TryCall(KvmIoctl.GetDeviceAttr, ref attribute) == 0 ? offset : KvmDebugFiles.TscOffset(vm, id);
    }

    public void Dispose()
    {
        if (run == null) return;
        _ = LibC.munmap(run, runSize);
        run = null;
        handle.Dispose();
    }

    private void SetCpuid(KvmCpuidEntry2[] entries)
    {
        byte[] buffer = new byte[sizeof(KvmCpuid2Header) + entries.Length * sizeof(KvmCpuidEntry2)];
        MemoryMarshal.AsRef<KvmCpuid2Header>(buffer.AsSpan()).Nent = (uint)entries.Length;
        entries.CopyTo(MemoryMarshal.Cast<byte, KvmCpuidEntry2>(buffer.AsSpan(sizeof(KvmCpuid2Header))));
        fixed (byte* p = buffer)
        {
            if (LibC.ioctl(handle.Fd, KvmIoctl.SetCpuid2.Number, (nint)p) != 0) throw SystemCallException.Last(KvmIoctl.SetCpuid2.Name);
        }
    }
}
