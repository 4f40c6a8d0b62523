using System.Text.Json;
using ExitProf.Hosts;
using ExitProf.Recording;

namespace ExitProf;

/// <summary>The checks of <c>exitprof doctor</c> as JSON.</summary>
internal static class HostChecks
{
    private const int Schema = 1;

    public static void Write(Stream stream, IReadOnlyList<HostCheck> checks)
    {
        var list = new JsonCheckList(Schema, [.. checks.Select(c => new JsonCheck(c.Name, c.State.Name(), c.Found, c.Remedy))]);
        JsonSerializer.Serialize(stream, list, CommandContracts.Default.JsonCheckList);
        stream.Write("\n"u8);
    }

    /// <summary>Reads what an emulated host returned.</summary>
    /// <exception cref="HostException">It is none: the guest is not trusted.</exception>
    public static IReadOnlyList<HostCheck> Read(ReadOnlySpan<byte> text)
    {
        try
        {
            JsonCheckList? list = JsonSerializer.Deserialize(text, CommandContracts.Default.JsonCheckList);
            return [.. (list ?? throw new JsonException()).Checks.Select(c => new HostCheck(c.Name, State(c.State), c.Found, c.Remedy))];
        }
        catch (JsonException e)
        {
            throw new HostException("The emulated host returned no checks: run it again.", e);
        }
    }

    /// <exception cref="JsonException">There is no such state.</exception>
    private static CheckState State(string name)
    {
        foreach (CheckState state in Enum.GetValues<CheckState>())
        {
            if (state.Name() == name) return state;
        }
        throw new JsonException("a state that there is not");
    }
}
