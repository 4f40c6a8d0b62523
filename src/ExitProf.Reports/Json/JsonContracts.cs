using System.Text.Json.Serialization;

namespace ExitProf.Reports;

/// <summary>Made when the code is compiled: a trimmed command has no reflection to do it.</summary>
[JsonSerializable(typeof(JsonStageReport))]
[JsonSerializable(typeof(JsonVerdict))]
[JsonSerializable(typeof(JsonSuite))]
[JsonSerializable(typeof(JsonForecast))]
[JsonSerializable(typeof(JsonHistory))]
internal sealed partial class JsonContracts : JsonSerializerContext;
