using System.CommandLine;
using ExitProf;

return await CommandLine.RunAsync(Commands.Root(), args, new InvocationConfiguration
{
    // Long enough for a recording to finish its block, write its end and remove its tracefs instance.
    ProcessTerminationTimeout = TimeSpan.FromSeconds(20),
});
