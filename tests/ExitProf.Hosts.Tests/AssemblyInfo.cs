using System.Runtime.Versioning;
using ExitProf.Hosts.Tests;

[assembly: SupportedOSPlatform("linux")]

// Each host boots once, for all tests.
[assembly: AssemblyFixture(typeof(BootedHosts))]
