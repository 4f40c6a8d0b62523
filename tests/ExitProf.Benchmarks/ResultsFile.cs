using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ExitProf.Traces;

namespace ExitProf.Benchmarks;

/// <summary>The results of one host: a file that is kept, one row per benchmark, each with its own date and commit.</summary>
public sealed record ResultsFile(int Schema, ImmutableArray<Fact> Host, ImmutableArray<BenchmarkRow> Rows)
{
    private const int CurrentSchema = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static ResultsFile Empty => new(CurrentSchema, [], []);

    /// <summary>"amd-epyc-6.18.44.json": the CPU's name and the kernel's release.</summary>
    public static string NameFor(IEnumerable<Fact> host)
    {
        var facts = host.ToDictionary(f => f.Name, f => f.Value);
        string name = facts.GetValueOrDefault("cpu", "unknown-cpu") + "-" + facts.GetValueOrDefault("kernel", "unknown-kernel");
        var slug = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '.' or '_') slug.Append(char.ToLowerInvariant(c));
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        return slug.ToString().Trim('-') + ".json";
    }

    /// <exception cref="FormatException">It is not such a file.</exception>
    public static ResultsFile Parse(string json)
    {
        try
        {
            var results = JsonSerializer.Deserialize<ResultsFile>(json, Json);
            return results is { Schema: CurrentSchema, Rows.IsDefault: false }
                ? results
                : throw new FormatException("not a results file of this version");
        }
        catch (JsonException e)
        {
            throw new FormatException("not a results file: " + e.Message, e);
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";

    public string? Fact(string name) => Host.FirstOrDefault(f => f.Name == name)?.Value;

    /// <summary>These rows take the place of older ones of the same name; the others stay.</summary>
    public ResultsFile With(IEnumerable<Fact> host, IEnumerable<BenchmarkRow> rows)
    {
        var merged = Rows.ToList();
        foreach (BenchmarkRow row in rows)
        {
            int at = merged.FindIndex(r => r.Name == row.Name);
            if (at >= 0) merged[at] = row;
            else merged.Add(row);
        }
        return new ResultsFile(CurrentSchema, [.. host], [.. merged]);
    }
}
