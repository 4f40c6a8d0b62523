using System.Runtime.InteropServices;
using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>/dev/kvm: the API's version, capabilities, new machines.</summary>
public sealed class Kvm : IDisposable
{
    public const string DefaultPath = "/dev/kvm";

    /// <summary>The only version there has been since 2007; anything else is a kernel that nobody can use.</summary>
    public const int ApiVersion = 12;

    private readonly KvmHandle handle;

    /// <exception cref="KvmUnavailableException">It cannot be opened, or its version is not 12.</exception>
    public Kvm(string path = DefaultPath)
    {
        int fd = LibC.open(path, LibC.O_RDWR | LibC.O_CLOEXEC);
        if (fd < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            throw new KvmUnavailableException(SystemCallException.Sentence($"open({path})", errno, Remedy(errno)));
        }
        handle = new KvmHandle(fd);
        int version = LibC.ioctl(fd, KvmIoctl.GetApiVersion.Number, 0);
        if (version < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            handle.Dispose();
            throw new KvmUnavailableException(
                SystemCallException.Sentence(
                    $"KVM_GET_API_VERSION on {path}",
                    errno,
                    $"{path} is not KVM's device; load kvm_intel or kvm_amd"
                )
            );
        }
        if (version != ApiVersion)
        {
            handle.Dispose();
            throw new KvmUnavailableException(
                $"KVM_GET_API_VERSION says {version}, but only version {ApiVersion} is defined: use a kernel from 2.6.22 on."
            );
        }
        RunSize = handle.Call(KvmIoctl.GetVcpuMmapSize, 0);
    }

    /// <summary>Bytes of a vCPU's shared mapping: kvm_run, the PIO data page, the coalesced ring.</summary>
    public int RunSize { get; }

    /// <summary>The CPUID leaves that KVM can offer a guest here.</summary>
    public unsafe KvmCpuidEntry2[] GetSupportedCpuid()
    {
        // The kernel says E2BIG while there is too little room.
        for (int room = 128; ; room *= 2)
        {
            byte[] buffer = new byte[sizeof(KvmCpuid2Header) + room * sizeof(KvmCpuidEntry2)];
            MemoryMarshal.AsRef<KvmCpuid2Header>(buffer.AsSpan()).Nent = (uint)room;
            fixed (byte* p = buffer)
            {
                if (LibC.ioctl(handle.Fd, KvmIoctl.GetSupportedCpuid.Number, (nint)p) == 0)
                {
                    int count = (int)MemoryMarshal.AsRef<KvmCpuid2Header>(buffer).Nent;
                    return MemoryMarshal.Cast<byte, KvmCpuidEntry2>(buffer.AsSpan(sizeof(KvmCpuid2Header)))[..count].ToArray();
                }
            }
            if (Marshal.GetLastPInvokeError() != Errno.E2BIG || room > 1 << 16)
                throw SystemCallException.Last(KvmIoctl.GetSupportedCpuid.Name);
        }
    }

    public VirtualMachine CreateVm()
    {
        var vm = new KvmHandle(handle.Call(KvmIoctl.CreateVm, 0, "too many VMs, or the hardware is in use by another hypervisor"));
        return new VirtualMachine(this, vm);
    }

    public void Dispose() => handle.Dispose();

    private static string Remedy(int errno) =>
        errno switch
        {
            Errno.ENOENT =>
                "load kvm_intel or kvm_amd, and switch virtualization on in the firmware (or nested virtualization on in the hypervisor above)",
            Errno.EACCES or Errno.EPERM => "join the group kvm (usermod -aG kvm USER) or run as root",
            Errno.ENXIO or Errno.ENODEV => "the device file has no driver behind it; load kvm_intel or kvm_amd",
            _ => "run exitprof doctor",
        };
}
