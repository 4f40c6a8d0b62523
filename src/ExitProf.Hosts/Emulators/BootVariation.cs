namespace ExitProf.Hosts;

/// <summary>
/// What boots of one machine differ by on purpose: where the kernel lies (KASLR), the machine's random numbers, and its memory. What
/// exits of two of them differ by is no difference of the code.
/// </summary>
/// <param name="Number">0 for the usual boot: fixed addresses, the first seed.</param>
public readonly record struct BootVariation(int Number)
{
    /// <summary>As many as a machine can be kept of without filling a disk.</summary>
    public const int Most = 5;

    private const int UsualMegabytes = 512;
    private const int MoreMegabytes = 32;

    public static BootVariation Usual { get; } = new(0);

    internal int Seed => Number + 1;

    internal int Megabytes => UsualMegabytes + Number * MoreMegabytes;

    /// <summary>On the kernel's command line.</summary>
    internal string Addresses => Number == 0 ? "nokaslr " : "";

    /// <summary>"KASLR, seed 2, 544 MB"; empty for the usual one.</summary>
    public override string ToString() => Number == 0 ? "" : $"KASLR, seed {Seed}, {Megabytes} MB";
}
