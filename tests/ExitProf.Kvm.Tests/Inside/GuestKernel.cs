using System.Text;
using ExitProf.Linux;

namespace ExitProf.Kvm.Tests.Inside;

/// <summary>The kernel of the emulated host, by its system calls: there is no insmod, no mount and no dmesg inside.</summary>
internal static unsafe class GuestKernel
{
    private const string Module = "kvm_amd";
    private const int Syslog = 103;
    private const int DeleteModule = 176;
    private const int FinitModule = 313;
    private const int ReadAll = 3; // SYSLOG_ACTION_READ_ALL
    private const int NonBlocking = 0x800;

    public static void Unload()
    {
        fixed (byte* name = Text(Module)) Check(LibC.syscall(DeleteModule, (nint)name, NonBlocking, 0), $"delete_module({Module})");
    }

    /// <param name="parameters">As on the command line of insmod.</param>
    public static void Load(string parameters)
    {
        using FileStream file = File.OpenRead($"/modules/{Module}.ko");
        fixed (byte* given = Text(parameters))
        {
            Check(LibC.syscall(FinitModule, file.SafeFileHandle.DangerousGetHandle(), (nint)given, 0), $"finit_module({Module})");
        }
    }

    /// <summary>Cannot be undone.</summary>
    public static void LockDown()
    {
        const string Security = "/sys/kernel/security";
        Check(LibC.mount("securityfs", Security, "securityfs", 0, null), $"mount({Security})");
        File.WriteAllText(Path.Combine(Security, "lockdown"), "confidentiality");
    }

    /// <summary>What the kernel has said since it booted.</summary>
    public static string Log()
    {
        byte[] buffer = new byte[1 << 20];
        fixed (byte* into = buffer)
        {
            nint length = LibC.syscall(Syslog, ReadAll, (nint)into, buffer.Length);
            Check(length, "syslog");
            return Encoding.UTF8.GetString(buffer, 0, (int)length);
        }
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + "\0");

    private static void Check(nint result, string call)
    {
        if (result < 0) throw SystemCallException.Last(call);
    }
}
