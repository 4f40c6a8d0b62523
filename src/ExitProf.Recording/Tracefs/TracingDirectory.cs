using System.Runtime.InteropServices;
using System.Text;
using ExitProf.Linux;

namespace ExitProf.Recording;

/// <summary>The files that steer one ring buffer: at the top of tracefs the global one, in an instance its own.</summary>
internal sealed class TracingDirectory(string path)
{
    public string Path { get; } = path;

    /// <summary>Writes a value; to a list it adds one.</summary>
    /// <exception cref="SystemCallException">tracefs refuses it.</exception>
    public void Write(string file, string value) => Write(file, value, LibC.O_WRONLY);

    /// <summary>Empties a list.</summary>
    /// <inheritdoc cref="Write(string, string)"/>
    public void Clear(string file) => Write(file, "", LibC.O_WRONLY | LibC.O_TRUNC);

    /// <exception cref="SystemCallException">It cannot be read.</exception>
    public string Read(string file)
    {
        string text = "";
        Do($"read({In(file)})", () => text = File.ReadAllText(In(file)));
        return text;
    }

    public bool Has(string file) => File.Exists(In(file));

    /// <exception cref="SystemCallException">tracefs refuses it.</exception>
    public void Create() => Do($"mkdir {Path}", () => Directory.CreateDirectory(Path));

    /// <exception cref="SystemCallException">tracefs refuses it.</exception>
    public RawBuffer OpenBuffer(int cpu) => new(Path, cpu);

    /// <summary>Removes an instance.</summary>
    /// <returns>False if it is another user's, in use, or gone already.</returns>
    public bool Remove()
    {
        try
        {
            Directory.Delete(Path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static SystemCallException Refused(string call, int errno) =>
        new(call, errno, Lockdown.Remedy(errno is Errno.EACCES or Errno.EPERM));

    /// <summary>By the calls themselves: what empties a list is how it is opened, and .NET opens a file in its own way.</summary>
    private unsafe void Write(string file, string value, int flags)
    {
        int opened = LibC.open(In(file), flags | LibC.O_CLOEXEC);
        if (opened < 0) throw Refused($"open({In(file)})", Marshal.GetLastPInvokeError());
        byte[] bytes = Encoding.ASCII.GetBytes(value);
        int errno = 0;
        fixed (byte* start = bytes)
        {
            if (bytes.Length > 0 && LibC.write(opened, start, bytes.Length) < 0) errno = Marshal.GetLastPInvokeError();
        }
        _ = LibC.close(opened);
        if (errno != 0) throw Refused($"write({In(file)}, {value.Trim()})", errno);
    }

    private string In(string file) => System.IO.Path.Combine(Path, file);

    private static void Do(string call, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            int errno = e is UnauthorizedAccessException ? Errno.EACCES : e.HResult & 0xffff;
            throw Refused(call, errno);
        }
    }
}
