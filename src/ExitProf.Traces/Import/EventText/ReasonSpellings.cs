using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text;

namespace ExitProf.Traces;

/// <summary>
/// The names of exit reasons that a text uses, as numbers: kernels, trace-cmd's plugins and years differ in spelling ("EXIT_NPF" and "npf",
/// "apic_access" and "APIC_ACCESS", "PENDING_INTERRUPT" and "INTERRUPT_WINDOW"). What is printed later is the spelling of the text itself,
/// the first one if it has several.
/// </summary>
internal sealed class ReasonSpellings
{
    /// <summary>isa of reasons that are neither VMX's nor SVM's: another architecture's, or names that nobody knows.</summary>
    internal const int OtherIsa = 3;

    /// <summary>A hostile text could have a new name in every line.</summary>
    private const int MaxNames = 4096;
    private const int MaxNameLength = 64;

    /// <summary>A power of two.</summary>
    private const int RecentNames = 256;

    private static readonly FrozenDictionary<string, uint> Vmx = VmxNames();
    private static readonly FrozenDictionary<string, uint> Svm = SvmNames();

    private readonly Dictionary<string, (uint Code, int Isa)> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (uint Code, int Isa)>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly Dictionary<(uint Code, int Isa), string> spellings = [];

    /// <summary>The name that was found last of those that hash to a place: a few make up nearly all of a text.</summary>
    private readonly Recent[] recent = new Recent[RecentNames];
    private readonly byte[] recentBytes = new byte[RecentNames * MaxNameLength];
    private uint next = 1;
    private bool sawLowerVmx;

    internal ReasonSpellings() => lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly record struct Recent(int Length, (uint Code, int Isa) Number);

    /// <summary>Names that came when there were too many already; they have no number.</summary>
    internal long TooMany { get; private set; }

    /// <summary>How the text spells a reason; null if it does not name it.</summary>
    internal string? Spelling(uint code, int isa) => spellings.GetValueOrDefault((code, isa));

    /// <summary>The number of a name.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal (uint Code, int Isa) Find(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxNameLength) name = name[..MaxNameLength];
        int place = name.IsEmpty ? 0 : name.Length + name[0] * 7 + name[name.Length / 2] * 3 + name[^1] & RecentNames - 1;
        ref Recent last = ref recent[place];
        var kept = recentBytes.AsSpan(place * MaxNameLength, name.Length);
        if (last.Length == name.Length && !name.IsEmpty && name.SequenceEqual(kept)) return last.Number;
        Span<char> text = stackalloc char[MaxNameLength];
        int length = Encoding.Latin1.GetChars(name, text);
        if (!lookup.TryGetValue(text[..length], out var found)) return Learn(text[..length].ToString());
        name.CopyTo(kept);
        last = new Recent(name.Length, found);
        return found;
    }

    /// <inheritdoc cref="Find(ReadOnlySpan{byte})"/>
    internal (uint Code, int Isa) Find(string name) => lookup.TryGetValue(name, out var found) ? found : Learn(name);

    private (uint Code, int Isa) Learn(string name)
    {
        if (known.Count >= MaxNames)
        {
            TooMany++;
            return (0, OtherIsa);
        }
        var number = NumberOf(name);
        known.Add(name, number);
        spellings.TryAdd(number, name);
        return number;
    }

    private (uint Code, int Isa) NumberOf(string name)
    {
        uint flags = 0;
        string bare = name;
        if (bare.EndsWith(" FAILED_VMENTRY", StringComparison.Ordinal)) (bare, flags) = (bare[..^15], 0x8000_0000);
        // trace-cmd's plugin puts EXIT_ before SVM's names, bcc puts EXIT_REASON_ before VMX's.
        if (bare.StartsWith("EXIT_REASON_", StringComparison.Ordinal)) bare = bare[12..];
        else if (bare.StartsWith("EXIT_", StringComparison.Ordinal)
            && Svm.TryGetValue(bare[5..].ToLowerInvariant(), out uint plugin)) return (plugin, KernelEvent.IsaSvm);
        if (Vmx.TryGetValue(bare, out uint vmx)) return (vmx | flags, KernelEvent.IsaVmx);
        string lower = bare.ToLowerInvariant();
        bool isSvm = Svm.TryGetValue(lower, out uint svm), isVmx = Vmx.TryGetValue(lower.ToUpperInvariant(), out vmx);
        // In 2010 VMX's names were lower-case too: what both have is decided by what only one has.
        if (isVmx && !isSvm) sawLowerVmx = true;
        if (isSvm && !(isVmx && sawLowerVmx)) return (svm, KernelEvent.IsaSvm);
        return isVmx ? (vmx | flags, KernelEvent.IsaVmx) : (next++, OtherIsa);
    }

    private static FrozenDictionary<string, uint> VmxNames()
    {
        var names = ExitReasons.All(KernelEvent.IsaVmx).ToDictionary(n => n.Name, n => n.Number, StringComparer.Ordinal);
        (string Name, uint Number)[] old =
        [
            ("PENDING_INTERRUPT", 7), ("NMI_WINDOW", 8), ("EXCEPTION", 0), ("INIT", 3), ("SIPI", 4), ("CR_ACCESS", 28), ("IO", 30),
            ("VMXOFF", 26), ("VMXON", 27), ("PAUSE", 40), ("TPR", 43), ("GDTR_IDTR", 46), ("LDTR_TR", 47), ("EPT_MISCONFIGURATION", 49),
            ("PREEMPTION", 52), ("MWAIT", 36), ("MONITOR", 39), ("MACHINE_CHECK", 41),
        ];
        foreach ((string name, uint number) in old) names.TryAdd(name, number);
        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenDictionary<string, uint> SvmNames()
    {
        var names = ExitReasons.All(KernelEvent.IsaSvm).ToDictionary(n => n.Name.ToLowerInvariant(), n => n.Number, StringComparer.Ordinal);
        string[] exceptions = ["de", "db", "nmi", "bp", "of", "br", "ud", "nm", "df", "", "ts", "np", "ss", "gp", "pf", "", "mf", "ac",
            "mc", "xf"];
        for (int i = 0; i < exceptions.Length; i++)
        {
            if (exceptions[i].Length == 0) continue;
            names.TryAdd("excp_" + exceptions[i], (uint)(0x40 + i));
            names.TryAdd(exceptions[i] + " excp", (uint)(0x40 + i));
        }
        (string Name, uint Number)[] plugin =
        [
            ("intr", 0x60), ("idtr_read", 0x66), ("gdtr_read", 0x67), ("ldtr_read", 0x68), ("tr_read", 0x69), ("idtr_write", 0x6a),
                ("gdtr_write", 0x6b),
            ("ldtr_write", 0x6c), ("tr_write", 0x6d), ("ioio", 0x7b), ("vmmcall", 0x81), ("err", 0xffff_ffff), ("monitor", 0x8a),
                ("mwait", 0x8b),
            ("mwait_cond", 0x8c), ("cr0_sel_write", 0x65), ("excp_base", 0x40),
        ];
        foreach ((string name, uint number) in plugin) names.TryAdd(name, number);
        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
