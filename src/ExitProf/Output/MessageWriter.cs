using System.Text;
using ExitProf.Charts;

namespace ExitProf;

/// <summary>
/// Stderr. Messages name files, scenarios and settings that anybody may have named, and quote what other programs printed: nothing of that
/// reaches a terminal or a CI log as more than text. And nothing depends on it: where stderr is closed or full, what is said there is lost,
/// and the command goes on to its own exit code; a write that threw while a failure is being told would end the process with a signal.
/// </summary>
internal sealed class MessageWriter : TextWriter
{
    private readonly TextWriter inner;

    /// <param name="open">May throw: stderr can be closed.</param>
    public MessageWriter(Func<TextWriter> open)
    {
        try
        {
            inner = open();
        }
        catch (Exception e) when (IsLost(e))
        {
            inner = Null;
        }
    }

    public override Encoding Encoding => inner.Encoding;

    /// <summary>As it is: progress moves the cursor. Whoever writes it sees to what is in it.</summary>
    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine() => Write("\n");

    /// <summary>A message; its lines stay lines.</summary>
    public override void WriteLine(string? value) => Write(Shown(value ?? "") + "\n");

    public override Task WriteAsync(char value) => Done(() => Write(value));

    public override Task WriteAsync(string? value) => Done(() => Write(value));

    public override Task WriteAsync(char[] buffer, int index, int count) => Done(() => Write(buffer, index, count));

    public override Task WriteLineAsync(string? value) => Done(() => WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    public override Task FlushAsync() => Done(Flush);

    /// <summary>What a message looks like on a terminal and in a log.</summary>
    internal static string Shown(string message) =>
        string.Join('\n', message.Split('\n').Select(l => LogCommand.Disarmed(VisibleText.Of(l))));

    private static Task Done(Action write)
    {
        write();
        return Task.CompletedTask;
    }

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (IsLost(e))
        {
            // Nobody is left who could be told.
        }
    }

    private static bool IsLost(Exception e) => e is IOException or ObjectDisposedException or UnauthorizedAccessException;
}
