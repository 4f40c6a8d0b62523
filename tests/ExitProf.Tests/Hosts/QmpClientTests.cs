using System.Text.Json.Nodes;
using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>QEMU's machine protocol, with texts in the place of QEMU.</summary>
public sealed class QmpClientTests
{
    private const string Greeting = """{"QMP": {"version": {}, "capabilities": []}}""" + "\n" + """{"return": {}}""" + "\n";

    [Fact]
    public void An_answer_is_found_behind_events()
    {
        var sent = new StringWriter();
        string answers = Greeting + """{"event": "STOP"}""" + "\n" + """{"return": {"status": "paused"}}""" + "\n";
        var client = new QmpClient(sent, new StringReader(answers), t => t.Wait());
        Assert.Equal("paused", client.Call("query-status", new JsonObject { ["x"] = 1 })?["status"]?.ToString());
        Assert.Contains("""{"execute":"query-status","arguments":{"x":1}}""", sent.ToString());
    }

    [Theory]
    [InlineData("""{"error": {"class": "GenericError", "desc": "State blocked"}}""", "migrate: State blocked")]
    [InlineData("", "QMP: QEMU ended")]
    [InlineData("no json", "QMP: ")]
    [InlineData("[1]", "QMP: an answer that is no object")]
    public void Whatever_else_comes_is_a_refusal(string answer, string message)
    {
        var client = new QmpClient(new StringWriter(), new StringReader(Greeting + (answer.Length > 0 ? answer + "\n" : "")),
            t => t.Wait());
        Assert.StartsWith(message, Assert.Throws<QmpException>(() => client.Call("migrate")).Message);
    }

    [Fact]
    public void An_answer_that_never_comes_is_given_up_by_whoever_waits_for_it() =>
        Assert.Equal("enough", Assert.Throws<HostException>(() => new QmpClient(
            new StringWriter(), new StringReader(Greeting), _ => throw new HostException("enough"))).Message);

    [Fact]
    public void Without_a_greeting_there_is_no_client() =>
        Assert.Throws<QmpException>(() => new QmpClient(new StringWriter(), new StringReader("""{"return": {}}""" + "\n"), t => t.Wait()));
}
