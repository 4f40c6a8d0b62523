using ExitProf.Hosts;
using ExitProf.Kvm.Tests.Inside;
using ExitProf.Kvm.Tests.Recording;
using Xunit.Runner.InProc.SystemConsole;

if (args is [TracerHolder.Command]) return TracerHolder.Hold();
// Inside an emulated host this assembly serves in place of exitprof; elsewhere it is a test assembly like others.
if (args is not [GuestImage.GuestCommand]) return await ConsoleRunner.Run(args);
EmulatedMachine.IsHere = true;
GuestServer.Serve([[TestBatch.Command, "1", "0"]], TestBatch.Run, Console.Out);
return 0;
