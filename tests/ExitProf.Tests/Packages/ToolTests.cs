namespace ExitProf.Tests.Packages;

/// <summary>The package that the README installs.</summary>
public sealed class ToolTests
{
    [Fact]
    public void The_tool_is_packed_installed_from_a_folder_and_starts_as_the_readme_says()
    {
        string readme = File.ReadAllText(Path.Combine(SourceTree.Root, "README.md"));
        const string Pack = "dotnet pack src/ExitProf -c Release -o pack", Install = "dotnet tool install --global ExitProf --add-source pack";
        Assert.Contains($"{Pack} && {Install}", readme, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        // From the build that is tested, away from the user's own tools and from what the network has.
        string configuration = AppContext.BaseDirectory.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";
        string pack = Pack.Replace("src/ExitProf", $"'{SourceTree.Root}/src/ExitProf' --no-build", StringComparison.Ordinal)
            .Replace("Release", configuration, StringComparison.Ordinal);
        string install = Install.Replace("--global", "--tool-path tools", StringComparison.Ordinal)
            .Replace("--add-source", "--source", StringComparison.Ordinal);
        ProcessResult made = ExitProfProcess.Shell(
            $"cd '{folder.Path}'\nexport PATH='{Path.GetDirectoryName(ExitProfProcess.Dotnet)}':$PATH DOTNET_CLI_HOME='{folder.Path}' NUGET_PACKAGES='{folder.Path}/packages' DOTNET_NOLOGO=1\n"
            + $"{pack} >&2 && {install} >&2 && tools/exitprof --version").Succeeds();
        Assert.Equal(ExitProfCommand.Run("--version").Output, made.Output);
        string[] packed = Directory.GetFiles(folder["pack"]);
        Assert.InRange(new FileInfo(Assert.Single(packed)).Length, 1, 12_000_000);
    }
}
