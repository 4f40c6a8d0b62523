using System.CommandLine;

namespace ExitProf.Testing;

/// <summary>
/// The command inside this process: what it writes and its exit code, without the third of a second that a process takes to start.
/// </summary>
public static class ExitProfCommand
{
    // A process has one current folder, to which the paths of a command line are relative.
    private static readonly Lock CurrentFolder = new();

    public static ProcessResult Run(params string[] arguments) => RunIn(AppContext.BaseDirectory, arguments);

    public static ProcessResult RunIn(string folder, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        lock (CurrentFolder)
        {
            string before = Directory.GetCurrentDirectory();
            Directory.SetCurrentDirectory(folder);
            try
            {
                int code = CommandLine
                    .RunAsync(
                        Commands.Root(),
                        arguments,
                        new InvocationConfiguration
                        {
                            Output = output,
                            Error = error,
                            ProcessTerminationTimeout = null,
                        }
                    )
                    .GetAwaiter()
                    .GetResult();
                return new ProcessResult(code, output.ToString(), error.ToString());
            }
            finally
            {
                Directory.SetCurrentDirectory(before);
            }
        }
    }
}
