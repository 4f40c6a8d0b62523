using System.Runtime.InteropServices;
using ExitProf.Linux;

namespace ExitProf.Recording;

/// <summary>Where the kernel's trace file system is; mounts it if that is needed and permitted.</summary>
public static class TracefsMount
{
    private static readonly string[] Places = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

    /// <returns>The directory that holds <c>events</c> and <c>instances</c>.</returns>
    /// <exception cref="SystemCallException">It is not there, or not for this user.</exception>
    public static string Find()
    {
        foreach (string place in Places)
        {
            if (Directory.Exists(Path.Combine(place, "instances"))) return place;
        }
        const string Call = "mount(tracefs, /sys/kernel/tracing)";
        if (!Directory.Exists(Places[0])) throw new SystemCallException(Call, Errno.ENOENT, "use a kernel with CONFIG_FTRACE");
        if (LibC.mount("tracefs", Places[0], "tracefs", 0, null) == 0) return Places[0];
        int errno = Marshal.GetLastPInvokeError();
        throw new SystemCallException(
            Call,
            errno,
            errno is Errno.EPERM or Errno.EACCES ? "run as root to see the kernel's stages" : "use a kernel with CONFIG_FTRACE"
        );
    }
}
