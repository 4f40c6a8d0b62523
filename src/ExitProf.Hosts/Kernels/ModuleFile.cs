using System.Diagnostics;
using System.Text;

namespace ExitProf.Hosts;

/// <summary>A kernel module, unpacked, and what it says about itself in its section ".modinfo".</summary>
/// <param name="Name">As in /proc/modules: underscores, no dashes.</param>
/// <param name="Depends">The modules that must be loaded before.</param>
/// <param name="Release">The kernel that it was built for; empty where it does not say.</param>
internal sealed record ModuleFile(string Name, byte[] Contents, IReadOnlyList<string> Depends, string Release)
{
    private static readonly (string Suffix, string Program)[] Compressions = [(".xz", "xz"), (".zst", "zstd"), (".gz", "gzip")];

    /// <summary>"kvm_amd" of "kvm-amd.ko.xz"; null of a file that is no module.</summary>
    public static string? NameOf(string path)
    {
        string name = Path.GetFileName(path);
        foreach ((string suffix, _) in Compressions)
        {
            if (name.EndsWith(".ko" + suffix, StringComparison.Ordinal)) name = name[..^suffix.Length];
        }
        return name.EndsWith(".ko", StringComparison.Ordinal) ? name[..^3].Replace('-', '_') : null;
    }

    /// <exception cref="HostException">It cannot be unpacked, or is no module.</exception>
    public static ModuleFile Read(string path)
    {
        string name = NameOf(path) ?? throw new HostException($"{path} is not named like a kernel module: name a .ko file.");
        byte[] contents = Unpack(path);
        if (!contents.AsSpan().StartsWith("\u007fELF"u8)) throw new HostException(
            $"{path} is no kernel module: build it again for the kernel that is to be booted.");
        string[] depends = (Field(contents, "depends") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        string release = (Field(contents, "vermagic") ?? "").Split(' ')[0];
        return new ModuleFile(name, contents, [.. depends.Select(d => d.Replace('-', '_'))], release);
    }

    private static byte[] Unpack(string path)
    {
        (_, string? program) = Compressions.FirstOrDefault(c => path.EndsWith(c.Suffix, StringComparison.Ordinal));
        if (program == null) return File.ReadAllBytes(path);
        string found = ToolRun.Find(program) ?? throw new HostException(
            $"{path} is compressed and there is no {program} here: install it (Debian: {(program == "xz" ? "xz-utils" : program)}).");
        using Process process = Process.Start(new ProcessStartInfo(found, ["-dc", path]) { RedirectStandardOutput = true })!;
        using var contents = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(contents);
        process.WaitForExit();
        return process.ExitCode == 0 ? contents.ToArray() : throw new HostException(
            $"{program} -dc {path} failed with status {process.ExitCode}: the module is damaged.");
    }

    /// <summary>The section is a row of "name=value", each ended by 0; no other part of a module holds such a text after a 0.</summary>
    private static string? Field(ReadOnlySpan<byte> contents, string name)
    {
        byte[] wanted = [0, .. Encoding.ASCII.GetBytes(name + "=")];
        int at = contents.IndexOf(wanted);
        if (at < 0) return null;
        ReadOnlySpan<byte> value = contents[(at + wanted.Length)..];
        int end = value.IndexOf((byte)0);
        return end < 0 ? null : Encoding.UTF8.GetString(value[..end]);
    }
}
