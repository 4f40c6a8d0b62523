using ExitProf;

return await CommandLine.RunAsync(Commands.Create(), args);
