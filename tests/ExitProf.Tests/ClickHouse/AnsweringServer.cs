using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ExitProf.Tests.ClickHouse;

/// <summary>Answers every request on loopback with the same bytes, after it has read what came, slowly.</summary>
internal sealed class AnsweringServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly byte[] answer;
    private readonly Task task;

    public AnsweringServer(string status, byte[] body)
    {
        answer = [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), .. body];
        listener.Start();
        task = Task.Run(Serve);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose()
    {
        stop.Cancel();
        listener.Stop();
        task.Wait();
        stop.Dispose();
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(stop.Token);
                client.ReceiveBufferSize = 4096;
                await Answer(client.GetStream());
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The test is over: whatever the listener throws when it is stopped.
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // The client has gone.
        }
    }

    private async Task Answer(NetworkStream stream)
    {
        var buffer = new byte[4096];
        string read = "";
        while (!read.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            int got = await stream.ReadAsync(buffer, stop.Token);
            if (got == 0) return;
            read += Encoding.Latin1.GetString(buffer, 0, got);
        }
        // Heads end with an empty line; a body of known length is not longer than one read here, one of chunks ends with an empty chunk.
        while (!read.EndsWith("0\r\n\r\n", StringComparison.Ordinal) && !HasWholeBody(read))
        {
            int got = await stream.ReadAsync(buffer, stop.Token);
            if (got == 0) return;
            read += Encoding.Latin1.GetString(buffer, 0, got);
            // Only the end of a long body matters.
            if (read.Length > 1 << 14) read = read[^64..];
        }
        try
        {
            await stream.WriteAsync(answer, stop.Token);
        }
        catch (IOException)
        {
            // It reads no more than it wants.
        }
    }

    private static bool HasWholeBody(string read)
    {
        int end = read.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        int length = read.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        if (end < 0 || length < 0 || length > end) return false;
        int from = length + "Content-Length: ".Length;
        return read.Length - end - 4 >= int.Parse(read[from..read.IndexOf('\r', from)]);
    }
}
