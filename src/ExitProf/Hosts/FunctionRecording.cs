using ExitProf.Analysis;
using ExitProf.Hosts;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>The functions of a trace's exits, from what a plugin of the emulator wrote down meanwhile.</summary>
internal static class FunctionRecording
{
    /// <param name="trace">As the host returned it.</param>
    /// <param name="ways">As the plugin wrote them.</param>
    /// <exception cref="HostException">Functions cannot be told of it.</exception>
    public static FunctionsOfExits Of(EmulatedHost host, byte[] trace, byte[] ways)
    {
        const string Name = "the emulated host's trace";
        try
        {
            var symbols = KernelSymbols.Parse(host.Symbols([GuestWords.SymbolsCommand], GuestWords.SymbolsName));
            return FunctionAnalysis.Of(new MemoryStream(trace), Name, ExitWays.Read(ways), symbols);
        }
        catch (FormatException e)
        {
            throw new HostException(
                $"Functions cannot be told ({e.Message}): record again without --functions, or with another kernel.", e);
        }
    }
}
