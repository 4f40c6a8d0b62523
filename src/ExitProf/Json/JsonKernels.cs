namespace ExitProf;

/// <summary>The kernels of a suite, kept with its traces: whoever makes the page again starts here.</summary>
internal sealed record JsonKernels(int Schema, IReadOnlyList<JsonKernel> Kernels);

/// <param name="Folder">Of its traces, one for each scenario.</param>
/// <param name="Asked">As <c>--kernel</c> named it.</param>
/// <param name="Suite">The distribution's suite; empty if it is of none.</param>
/// <param name="Files">SHA-256 by name.</param>
/// <param name="Missing">Why a scenario has no trace, by its name.</param>
internal sealed record JsonKernel(
    string Folder, string Asked, string Suite, IReadOnlyDictionary<string, string> Files, IReadOnlyDictionary<string, string> Missing);
