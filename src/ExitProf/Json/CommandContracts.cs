using System.Text.Json.Serialization;

namespace ExitProf;

/// <summary>Made when the code is compiled: a trimmed command has no reflection to do it. What is read has to be whole.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JsonScenarioList))]
[JsonSerializable(typeof(JsonCheckList))]
[JsonSerializable(typeof(JsonRecordedSuite))]
[JsonSerializable(typeof(JsonKernels))]
[JsonSerializable(typeof(JsonBootedRun))]
[JsonSerializable(typeof(JsonSchema))]
internal sealed partial class CommandContracts : JsonSerializerContext;
