using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace ExitProf.Traces;

/// <summary>
/// One ClickHouse server, over HTTP. Its answers are taken as hostile: bounded, and quoted only in messages that are made visible.
/// </summary>
/// <remarks>
/// No redirect is followed and no proxy used: the password goes to the server that was named and nowhere else.
/// </remarks>
public sealed partial class ClickHouseServer : IDisposable
{
    public const string UserVariable = "CLICKHOUSE_USER";
    public const string PasswordVariable = "CLICKHOUSE_PASSWORD";

    /// <summary>Answers of ours are short: names, counts. One that is longer is not read on.</summary>
    private const int LongestAnswer = 1 << 20;

    /// <summary>An error is quoted up to here.</summary>
    private const int LongestQuote = 300;

    /// <summary>A merge of large parts can hold an insert up for minutes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly Dictionary<int, string> Remedies = new()
    {
        [60] = "the tables are of another version: export into another database, or drop them",
        [16] = "the tables are of another version: export into another database, or drop them",
        [53] = "the tables are of another version: export into another database, or drop them",
        [81] = "create the database, or name another one",
        [164] = "the user may only read: give it the right to insert and to create tables",
        [192] = $"set {UserVariable} and {PasswordVariable}",
        [193] = $"set {UserVariable} and {PasswordVariable}",
        [194] = $"set {UserVariable} and {PasswordVariable}",
        [195] = "the server does not let this user in from this address",
        [241] = "the server's memory is short: try again, or raise max_memory_usage",
        [243] = "free some space on the server's disk",
        [252] = "the server cannot merge as fast as it is sent rows: try again later",
        [497] = "give the user the rights to insert and to create tables",
        [516] = $"set {UserVariable} and {PasswordVariable}",
    };

    private readonly HttpClient client;

    /// <param name="user">Empty for the server's default user.</param>
    public ClickHouseServer(ClickHouseAddress address, string user = "", string password = "")
    {
        Address = address;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // Below the three seconds after which the server itself closes.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
        };
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        if (user.Length + password.Length == 0) return;
        byte[] both = Encoding.UTF8.GetBytes($"{(user.Length > 0 ? user : "default")}:{password}");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(both));
    }

    public ClickHouseAddress Address { get; }

    /// <summary>Runs a statement and gives the rows of its answer, tab-separated as the server sends them.</summary>
    /// <param name="settings">The server's settings for this statement, by name.</param>
    /// <exception cref="ClickHouseException">The server refuses or cannot be reached.</exception>
    public string[] Ask(string statement, CancellationToken cancelled, params ReadOnlySpan<(string Name, string Value)> settings)
    {
        // The answer comes when it is whole, so that an error cannot follow the first rows.
        using var request = Request([("database", Address.Database), ("wait_end_of_query", "1"), .. settings]);
        request.Content = new StringContent(statement, Encoding.UTF8);
        return Send(request, cancelled).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The same without a database, which may not be there yet.</summary>
    internal string[] AskServer(string statement, CancellationToken cancelled)
    {
        using var request = Request([("wait_end_of_query", "1")]);
        request.Content = new StringContent(statement, Encoding.UTF8);
        return Send(request, cancelled).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Inserts what a content writes.</summary>
    internal void Insert(string statement, HttpContent content, CancellationToken cancelled)
    {
        // A distributed table answers when the rows are on their servers, not when they wait for their way.
        using var request = Request([("database", Address.Database), ("insert_distributed_sync", "1"), ("query", statement)]);
        request.Content = content;
        Send(request, cancelled);
    }

    public void Dispose() => client.Dispose();

    private HttpRequestMessage Request(ReadOnlySpan<(string Name, string Value)> parameters)
    {
        var query = new StringBuilder("/?");
        foreach ((string name, string value) in parameters)
            query.Append(query.Length > 2 ? "&" : "").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return new HttpRequestMessage(HttpMethod.Post, new Uri(Address.Server, query.ToString()));
    }

    private string Send(HttpRequestMessage request, CancellationToken cancelled)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patience.CancelAfter(Patience);
        try
        {
            using HttpResponseMessage response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            string answer = Read(response, patience.Token);
            if (response.StatusCode == HttpStatusCode.OK && !response.Headers.Contains("X-ClickHouse-Exception-Code")) return answer;
            throw Refused(response, answer);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && Cause(e) is { } own)
        {
            // What the content could not write is no trouble of the network.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(own);
            throw;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ClickHouseException($"POST {Address.Server} failed: {Innermost(e)}: is a ClickHouse server there, and does it speak "
                + $"{Address.Server.Scheme} on this port?", e);
        }
        catch (OperationCanceledException e) when (!cancelled.IsCancellationRequested)
        {
            throw new ClickHouseException(
                $"POST {Address.Server} failed: no answer within {Patience.TotalMinutes:N0} minutes: see what holds the "
                + "server up, and try again.", e);
        }
    }

    private static RefusedException? Cause(Exception e) =>
        e as RefusedException ?? (e.InnerException is { } inner ? Cause(inner) : null);

    private static string Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e.Message.TrimEnd('.');

    private static string Read(HttpResponseMessage response, CancellationToken cancelled)
    {
        using Stream stream = response.Content.ReadAsStream(cancelled);
        var bytes = new byte[LongestAnswer];
        // A server that sends a byte now and then is given up like one that sends none.
        int read = stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancelled).AsTask().GetAwaiter().GetResult();
        return Encoding.UTF8.GetString(bytes, 0, read);
    }

    private ClickHouseException Refused(HttpResponseMessage response, string answer)
    {
        int code = ErrorCode().Match(answer) is { Success: true } match ? int.Parse(match.Groups[1].Value) : 0;
        string said = Sentence(answer);
        if (said.Length == 0) said = $"HTTP status {(int)response.StatusCode}";
        string remedy = Remedies.TryGetValue(code, out string? known) ? known
            : code == 0 ? "is a ClickHouse server there?" : "see the server's log";
        return new ClickHouseException(
            $"The ClickHouse server {Address.Server.Authority} refuses: {said}: {remedy}{(remedy.EndsWith('?') ? "" : ".")}")
        {
            Code = code,
        };
    }

    /// <summary>The first line of an error without the frame that every error has.</summary>
    private static string Sentence(string answer)
    {
        string first = Frame().Replace(answer.AsSpan().TrimStart().ToString().Split('\n')[0].Trim(), "");
        int end = first.IndexOf(", e.what()", StringComparison.Ordinal);
        if (end >= 0) first = first[..end];
        return (first.Length > LongestQuote ? first[..LongestQuote] + "…" : first).TrimEnd('.', ' ');
    }

    [GeneratedRegex(@"\ACode: ([0-9]{1,6})\b")]
    private static partial Regex ErrorCode();

    [GeneratedRegex(@"\ACode: [0-9]{1,6}[.,] (e\.displayText\(\) = )?(DB::Exception: )?|\.? ?\(version [^()]*\)")]
    private static partial Regex Frame();
}
