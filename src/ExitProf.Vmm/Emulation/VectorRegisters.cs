using System.Buffers.Binary;
using System.Runtime.Intrinsics.X86;
using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>
/// The vector registers of a vCPU, in the XSAVE area that KVM_GET_XSAVE2 gives and KVM_SET_XSAVE takes: two system calls, so only
/// instructions that use vector registers pay for them. The area is in its standard form; where the upper halves are is what the host's
/// CPUID leaf 0xd says.
/// </summary>
public sealed unsafe class VectorRegisters : IDisposable
{
    // The legacy area and the header behind it (Intel SDM volume 1, 13.4).
    private const int XmmOffset = 160;
    private const int XstateBv = 512;
    private const int Sse = 1;
    private const int Avx = 2;
    private const int Zmm = 6;

    private readonly VCpu vcpu;
    private readonly LockedMemory area;
    private readonly Ioctl<KvmXsave> get;
    private readonly int ymm;
    private readonly int zmm;

    public VectorRegisters(VirtualMachine vm, VCpu vcpu)
    {
        this.vcpu = vcpu;
        int size = vm.Check(KvmCap.Xsave2);
        get = size > 0 ? KvmIoctl.GetXsave2 : KvmIoctl.GetXsave;
        area = new LockedMemory(Math.Max(size, sizeof(KvmXsave)));
        ymm = Component(Avx, 16 * 16);
        zmm = Component(Zmm, 16 * 32);
    }

    /// <summary>Reads the vCPU's state. Takes a system call.</summary>
    public void Read() => vcpu.Xsave(get, (KvmXsave*)area.Address);

    /// <summary>Gives the vCPU the state as it stands here. Takes a system call.</summary>
    public void Write() => vcpu.Xsave(KvmIoctl.SetXsave, (KvmXsave*)area.Address);

    /// <summary>The bytes of a register from an offset on: at most 32, as many as ymm has.</summary>
    public void Get(int register, int offset, Span<byte> bytes)
    {
        Span<byte> whole = stackalloc byte[32];
        Xmm(register).CopyTo(whole);
        if (ymm != 0 && Has(Avx)) Ymm(register).CopyTo(whole[16..]);
        whole.Slice(offset, bytes.Length).CopyTo(bytes);
    }

    /// <summary>Loads bytes into a register; what happens to its others is said by <paramref name="rest"/>.</summary>
    /// <param name="other">The register whose half is taken by <see cref="VectorRest.OtherHalf"/>.</param>
    public void Load(int register, int offset, ReadOnlySpan<byte> bytes, VectorRest rest, int other)
    {
        Use(Sse);
        Span<byte> xmm = Xmm(register);
        if (rest == VectorRest.OtherHalf) Xmm(other).CopyTo(xmm);
        else if (rest != VectorRest.Keep) xmm.Clear();
        bytes[..Math.Min(bytes.Length, 16)].CopyTo(xmm[offset..]);
        if (rest is not (VectorRest.Zero or VectorRest.OtherHalf)) return;
        if (ymm != 0)
        {
            Use(Avx);
            Ymm(register).Clear();
            if (bytes.Length > 16) bytes[16..].CopyTo(Ymm(register));
        }
        if (zmm != 0 && Has(Zmm)) area.Span.Slice(zmm + 32 * register, 32).Clear();
    }

    public void Dispose() => area.Dispose();

    private Span<byte> Xmm(int register) => area.Span.Slice(XmmOffset + 16 * register, 16);

    private Span<byte> Ymm(int register) => area.Span.Slice(ymm + 16 * register, 16);

    /// <summary>A component that is not in use is zero, whatever its bytes say.</summary>
    private bool Has(int component) => (BinaryPrimitives.ReadUInt64LittleEndian(area.Span[XstateBv..]) >> component & 1) != 0;

    private void Use(int component)
    {
        Span<byte> bits = area.Span[XstateBv..];
        if (Has(component)) return;
        if (component == Sse) area.Span.Slice(XmmOffset, 16 * 16).Clear();
        if (component == Avx) area.Span.Slice(ymm, 16 * 16).Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(bits, BinaryPrimitives.ReadUInt64LittleEndian(bits) | 1ul << component);
    }

    /// <summary>Where a component is; 0 if the CPU does not have it or it would not fit.</summary>
    private int Component(int component, int bytes)
    {
        int offset = X86Base.CpuId(0xd, component).Ebx;
        return offset > 0 && offset + bytes <= area.Bytes ? offset : 0;
    }
}
