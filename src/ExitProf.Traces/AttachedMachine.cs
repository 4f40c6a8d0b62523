using System.Globalization;

namespace ExitProf.Traces;

/// <summary>The fact of a trace's header that says what a machine is called that was attached to.</summary>
public static class AttachedMachine
{
    public static string FactName(long process) => "machine " + process.ToString(CultureInfo.InvariantCulture);
}
