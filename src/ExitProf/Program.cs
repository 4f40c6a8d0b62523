using System.CommandLine;
using ExitProf;

using IDisposable? hangUp = HangUp.EndsAsTermination();
Console.SetError(new MessageWriter(() => Console.Error));
return await CommandLine.RunAsync(Commands.Root(), args, new InvocationConfiguration
{
    Error = Console.Error,
    // Long enough for a recording to finish its block, write its end and remove its tracefs instance.
    ProcessTerminationTimeout = TimeSpan.FromSeconds(20),
});
