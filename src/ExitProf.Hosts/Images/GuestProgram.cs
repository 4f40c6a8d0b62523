namespace ExitProf.Hosts;

/// <summary>A .NET program that serves inside an emulated host in place of exitprof: tests do.</summary>
/// <param name="Folder">Its build, with all assemblies it needs.</param>
/// <param name="Assembly">The file's name; its runtimeconfig.json lies beside it.</param>
/// <param name="Natives">Native parts of the build or of .NET that it needs beyond those that exitprof needs inside.</param>
/// <param name="Libraries">Paths of the machine's libraries that no program is linked against, as those that .NET opens by name.</param>
public sealed record GuestProgram(string Folder, string Assembly, IReadOnlyList<string> Natives, IReadOnlyList<string> Libraries);
