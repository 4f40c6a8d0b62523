using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace ExitProf.Analysis;

/// <summary>
/// The rules of a gate as a file that is kept beside the code they guard. All of it is optional:
/// <code>
/// {
///   "margin": "2%", "alpha": "1%", "failOn": "worse",
///   "stages": { "pio-search": "5%", "userspace": "200cycles" },
///   "scenarios": { "pio-out": { "margin": "1%", "stages": { "handler": "3%" } }, "pio-out devices=100": { "margin": "1%+500cycles" } },
///   "metrics": { "vmcall": { "margin": "2%+30cycles" }, "throughput": { "better": "higher" } }
/// }
/// </code>
/// A margin is a share of the base ("2%"), an amount with its unit ("200cycles"), or both: then a shift has to exceed both. A stage that is
/// named here is part of the gate.
/// </summary>
/// <param name="Margin">Null where the file says nothing.</param>
public sealed record GateFile(
    Margin? Margin,
    double? Alpha,
    FailOn? FailOn,
    ImmutableSortedDictionary<string, Margin> Stages,
    ImmutableArray<MarginRule> Scenarios
)
{
    public static readonly GateFile Empty = new(null, null, null, ImmutableSortedDictionary<string, Margin>.Empty, []);

    /// <summary>What is different for some metrics of number files.</summary>
    public ImmutableArray<MarginRule> Metrics { get; init; } = [];

    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <param name="name">Of the file, for messages.</param>
    /// <exception cref="InputException">It is no such file; the message says where.</exception>
    public static GateFile Parse(string name, string text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(LoneSurrogates.Replaced(text), Options);
            GateFile file = Empty;
            foreach (JsonProperty property in Properties(name, json.RootElement, "the file"))
            {
                file = property.Name switch
                {
                    "margin" => file with { Margin = MarginOf(name, property) },
                    "alpha" => file with { Alpha = AlphaOf(name, property) },
                    "failOn" => file with { FailOn = FailOnOf(name, property) },
                    "stages" => file with { Stages = StagesOf(name, property) },
                    "scenarios" => file with
                    {
                        Scenarios = [.. Properties(name, property.Value, "\"scenarios\"").Select(s => Rule(name, s))],
                    },
                    "metrics" => file with
                    {
                        Metrics = [.. Properties(name, property.Value, "\"metrics\"").Select(m => MetricRule(name, m))],
                    },
                    _ => throw Unknown(name, property.Name, "margin, alpha, failOn, stages, scenarios, metrics"),
                };
            }
            return file;
        }
        catch (JsonException e)
        {
            throw new InputException($"{name} is not JSON: line {e.LineNumber + 1}, character {e.BytePositionInLine + 1}.", e);
        }
    }

    /// <summary>"1%" or "0.01".</summary>
    public static bool TryAlpha(string text, out double alpha)
    {
        const double least = 1e-6, most = 0.2;
        bool share = text.EndsWith('%');
        bool valid = double.TryParse(share ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out alpha);
        if (share) alpha /= 100;
        return valid && alpha >= least && alpha <= most;
    }

    private static MarginRule Rule(string name, JsonProperty scenario)
    {
        var rule = new MarginRule(scenario.Name, null, ImmutableSortedDictionary<string, Margin>.Empty);
        foreach (JsonProperty property in Properties(name, scenario.Value, $"\"{scenario.Name}\""))
        {
            rule = property.Name switch
            {
                "margin" => rule with { Margin = MarginOf(name, property) },
                "stages" => rule with { Stages = StagesOf(name, property) },
                _ => throw Unknown(name, property.Name, "margin, stages"),
            };
        }
        return rule;
    }

    private static MarginRule MetricRule(string name, JsonProperty metric)
    {
        var rule = new MarginRule(metric.Name, null, ImmutableSortedDictionary<string, Margin>.Empty);
        foreach (JsonProperty property in Properties(name, metric.Value, $"\"{metric.Name}\""))
        {
            rule = property.Name switch
            {
                "margin" => rule with { Margin = MarginOf(name, property) },
                "better" => rule with { Better = BetterOf(name, property) },
                _ => throw Unknown(name, property.Name, "margin, better"),
            };
        }
        return rule;
    }

    private static Better BetterOf(string name, JsonProperty property) =>
        property.Value.ValueKind == JsonValueKind.String
            ? property.Value.GetString() switch
            {
                "higher" => Better.Higher,
                "lower" => Better.Lower,
                _ => throw NoDirection(name, property),
            }
            : throw NoDirection(name, property);

    private static InputException NoDirection(string name, JsonProperty property) =>
        new($"{name}: \"better\" takes \"higher\" or \"lower\", not {property.Value.GetRawText()}.");

    private static ImmutableSortedDictionary<string, Margin> StagesOf(string name, JsonProperty stages) =>
        Properties(name, stages.Value, "\"stages\"")
            .ToImmutableSortedDictionary(s => s.Name, s => MarginOf(name, s), StringComparer.Ordinal);

    private static Margin MarginOf(string name, JsonProperty property) =>
        property.Value.ValueKind == JsonValueKind.String && Analysis.Margin.TryParse(property.Value.GetString()!, out Margin margin)
            ? margin
            : throw new InputException(
                $"{name}: \"{property.Name}\" takes a share like \"2%\", an amount with its unit like \"500cycles\", or both like \"2%+500cycles\", not {property.Value.GetRawText()}."
            );

    private static double AlphaOf(string name, JsonProperty property) =>
        property.Value.ValueKind == JsonValueKind.String && TryAlpha(property.Value.GetString()!, out double alpha)
            ? alpha
            : throw new InputException(
                $"{name}: \"{property.Name}\" takes a share from \"0.0001%\" to \"20%\", not {property.Value.GetRawText()}."
            );

    private static FailOn FailOnOf(string name, JsonProperty property) =>
        property.Value.ValueKind != JsonValueKind.String
            ? throw Refused()
            : property.Value.GetString() switch
            {
                "worse" => Analysis.FailOn.Worse,
                "cannot-tell" => Analysis.FailOn.CannotTell,
                _ => throw Refused(),
            };

    private static InputException Refused() => new("\"failOn\" of a gate's file takes \"worse\" or \"cannot-tell\".");

    private static JsonProperty[] Properties(string name, JsonElement element, string what)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new InputException($"{name}: {what} has to be an object.");
        JsonProperty[] properties = [.. element.EnumerateObject()];
        if (properties.GroupBy(p => p.Name).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
            throw new InputException($"{name}: {what} has \"{twice.Key}\" twice.");
        return properties;
    }

    private static InputException Unknown(string name, string word, string known) =>
        new($"{name}: there is no \"{word}\"; there are {known}.");
}
