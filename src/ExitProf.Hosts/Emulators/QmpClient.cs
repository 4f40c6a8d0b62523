using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExitProf.Hosts;

/// <summary>Speaks QEMU's machine protocol (docs/interop/qmp-spec.txt): a line of JSON there, a line back, events between them.</summary>
internal sealed class QmpClient
{
    private readonly TextWriter commands;
    private readonly TextReader answers;
    private readonly Action<Task> wait;

    /// <param name="wait">Waits for an answer, and throws where none will come.</param>
    /// <exception cref="QmpException">There is no greeting.</exception>
    public QmpClient(TextWriter commands, TextReader answers, Action<Task> wait)
    {
        (this.commands, this.answers, this.wait) = (commands, answers, wait);
        if (Read()["QMP"] == null) throw new QmpException("QMP", "no greeting");
        Call("qmp_capabilities");
    }

    /// <returns>What it returned.</returns>
    /// <exception cref="QmpException">QEMU refused, or is gone.</exception>
    public JsonNode? Call(string command, JsonObject? arguments = null)
    {
        var request = new JsonObject { ["execute"] = command };
        if (arguments != null) request["arguments"] = arguments;
        try
        {
            commands.WriteLine(request.ToJsonString());
            commands.Flush();
        }
        catch (IOException e)
        {
            throw new QmpException(command, e.Message);
        }
        while (true)
        {
            JsonObject answer = Read();
            if (answer["error"] is { } error) throw new QmpException(command, error["desc"]?.ToString() ?? error.ToJsonString());
            if (answer.ContainsKey("return")) return answer["return"];
        }
    }

    private JsonObject Read()
    {
        try
        {
            Task<string?> answer = answers.ReadLineAsync();
            wait(answer);
            string line = answer.GetAwaiter().GetResult() ?? throw new QmpException("QMP", "QEMU ended");
            return JsonNode.Parse(line) as JsonObject ?? throw new QmpException("QMP", "an answer that is no object");
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new QmpException("QMP", e.Message);
        }
    }
}

/// <summary>QEMU refused a command of its machine protocol.</summary>
internal sealed class QmpException(string command, string reason) : Exception($"{command}: {reason}")
{
    public string Command { get; } = command;
}
