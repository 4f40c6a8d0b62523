using System.Globalization;
using System.Runtime.InteropServices;
using ExitProf.Linux;

namespace ExitProf.Recording;

/// <summary>The ring buffer of one CPU, whose pages are taken as the kernel wrote them.</summary>
internal sealed unsafe class RawBuffer : IDisposable
{
    private const int PageBytes = 4096;

    private readonly string folder;
    private readonly int pipe;

    /// <param name="directory">See <see cref="TracingDirectory"/>.</param>
    /// <exception cref="SystemCallException">It cannot be opened.</exception>
    public RawBuffer(string directory, int cpu)
    {
        folder = Path.Combine(directory, $"per_cpu/cpu{cpu}");
        string path = Path.Combine(folder, "trace_pipe_raw");
        pipe = LibC.open(path, LibC.O_RDONLY | LibC.O_NONBLOCK | LibC.O_CLOEXEC);
        if (pipe < 0) throw SystemCallException.Last($"open({path})", Lockdown.Remedy(permission: true));
    }

    /// <summary>Takes the next page that holds events, or the unfinished one.</summary>
    /// <param name="page">4,096 bytes.</param>
    /// <returns>False if there are no more.</returns>
    public bool Read(Span<byte> page)
    {
        fixed (byte* p = page)
        {
            while (true)
            {
                nint got = LibC.read(pipe, p, PageBytes);
                if (got > 0) return true;
                int errno = got == 0 ? Errno.EAGAIN : Marshal.GetLastPInvokeError();
                if (errno == Errno.EAGAIN) return false;
                // A signal says nothing about the pages.
                if (errno != Errno.EINTR) throw new SystemCallException("read(trace_pipe_raw)", errno, "");
            }
        }
    }

    /// <summary>Events that it has overwritten or dropped since it was made or emptied.</summary>
    public long Lost()
    {
        long lost = 0;
        foreach (string line in File.ReadLines(Path.Combine(folder, "stats")))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[..colon] is "overrun" or "commit overrun" or "dropped events")
                lost += long.Parse(line[(colon + 1)..], CultureInfo.InvariantCulture);
        }
        return lost;
    }

    public void Dispose() => _ = LibC.close(pipe);
}
