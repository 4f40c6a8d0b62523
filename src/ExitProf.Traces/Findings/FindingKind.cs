using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;

namespace ExitProf.Traces;

/// <summary>
/// One kind of finding. The kinds are the static properties, by who finds them in a file each; the docs' table of findings is made from
/// them.
/// </summary>
/// <param name="Id">A stable name in words-with-dashes, for machines.</param>
/// <param name="Severity">As long as the finding itself does not say otherwise.</param>
/// <param name="Meaning">One sentence that holds for every finding of the kind.</param>
public sealed partial record FindingKind(string Id, Severity Severity, string Meaning, FindingEffect Effect = FindingEffect.None)
{
    private static readonly Lazy<ImmutableArray<FindingKind>> Catalogue = new(() =>
    [
        .. typeof(FindingKind).GetProperties(BindingFlags.Public | BindingFlags.Static).Where(p => p.PropertyType == typeof(FindingKind))
            .Select(p => (FindingKind)p.GetValue(null)!).OrderBy(k => k.Id, StringComparer.Ordinal),
    ]);

    private static readonly Lazy<FrozenDictionary<string, FindingKind>> ById = new(() => Catalogue.Value.ToFrozenDictionary(k => k.Id));

    /// <summary>Every kind, sorted by id.</summary>
    public static ImmutableArray<FindingKind> All => Catalogue.Value;

    /// <summary>The kind of an id; null if a trace of another version has it.</summary>
    public static FindingKind? Find(string id) => ById.Value.GetValueOrDefault(id);

    /// <param name="count">How many times it happened.</param>
    /// <param name="text">One sentence for people.</param>
    public Finding Of(long count, string text) => new(Severity, Id, count, text);
}
