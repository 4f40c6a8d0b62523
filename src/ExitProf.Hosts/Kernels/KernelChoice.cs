namespace ExitProf.Hosts;

/// <summary>Which kernel an emulated host boots, as the user named it.</summary>
public abstract record KernelChoice
{
    private const string DebianPrefix = "debian:";

    private KernelChoice()
    {
    }

    /// <summary>A cloud kernel of Debian.</summary>
    /// <param name="Suite">"trixie"; empty for what the machine's own sources name.</param>
    /// <param name="Version">"6.1", "6.12.43" or an exact ABI "6.1.0-57"; empty for the suite's own.</param>
    public sealed record Debian(string Suite, string Version) : KernelChoice
    {
        public override string ToString() => DebianPrefix + Suite + (Suite.Length > 0 && Version.Length > 0 ? "/" : "") + Version;
    }

    /// <summary>The kernel that this machine runs.</summary>
    public sealed record Running : KernelChoice
    {
        public override string ToString() => "running";
    }

    /// <summary>A bzImage, a package file or a built tree.</summary>
    public sealed record At(string Path) : KernelChoice
    {
        public override string ToString() => Path;
    }

    /// <summary>The machine's own Debian suite.</summary>
    public static KernelChoice Default { get; } = new Debian("", "");

    /// <exception cref="HostException">It is neither a name nor a path that exists.</exception>
    public static KernelChoice Parse(string text)
    {
        if (text is "running" or DebianPrefix + "running") return new Running();
        if (text == "debian") return Default;
        if (text.StartsWith(DebianPrefix, StringComparison.Ordinal)) return ParseDebian(text);
        if (File.Exists(text) || Directory.Exists(text)) return new At(System.IO.Path.GetFullPath(text));
        throw new HostException($"The kernel '{text}' is neither a file nor a folder: name a bzImage, a .deb, a built tree, 'running', "
            + "or one of Debian's as debian:6.1, debian:trixie or debian:6.1.0-57.");
    }

    private static Debian ParseDebian(string text)
    {
        string[] parts = text[DebianPrefix.Length..].Split('/');
        bool wellFormed = parts.Length is 1 or 2 && parts.All(p => p.Length > 0
            && p.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '+' or '~'));
        bool first = wellFormed && char.IsAsciiDigit(parts[0][0]);
        if (!wellFormed || (parts.Length == 2 && (first || !char.IsAsciiDigit(parts[1][0]))))
        {
            throw new HostException($"The kernel '{text}' is not debian:VERSION, debian:SUITE or debian:SUITE/VERSION: examples are "
                + "debian:6.1, debian:trixie and debian:trixie/6.12.");
        }
        return first ? new Debian("", parts[0]) : new Debian(parts[0], parts.Length == 2 ? parts[1] : "");
    }
}
