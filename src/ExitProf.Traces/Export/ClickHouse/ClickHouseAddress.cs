using System.Text.RegularExpressions;

namespace ExitProf.Traces;

/// <summary>Where the tables of a server are.</summary>
/// <param name="Server">Scheme, host and port.</param>
/// <param name="Database">A plain name, which needs no quoting.</param>
public sealed partial record ClickHouseAddress(Uri Server, string Database)
{
    public const string DefaultDatabase = "exitprof";

    /// <param name="url">http://host:8123 or http://host:8123/database; https too.</param>
    /// <exception cref="ClickHouseException">It is no such address. The message does not repeat a password.</exception>
    public static ClickHouseAddress Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            throw Wrong("The address of a ClickHouse server is http://host:8123/database or https://host:8443/database.");
        if (uri.UserInfo.Length > 0)
        {
            throw Wrong($"User and password do not belong into the address of {uri.Host}, where other users of this machine see them: set "
                + $"{ClickHouseServer.UserVariable} and {ClickHouseServer.PasswordVariable}.");
        }
        string database = uri.AbsolutePath.Trim('/');
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0 || (database.Length > 0 && !PlainName().IsMatch(database)))
            throw Wrong("After host and port the address of a ClickHouse server has the name of a database, in letters, digits and _, and nothing else.");
        return new ClickHouseAddress(new Uri(uri.GetLeftPart(UriPartial.Authority)), database.Length > 0 ? database : DefaultDatabase);
    }

    public override string ToString() => $"{Server.GetLeftPart(UriPartial.Authority)}/{Database}";

    /// <summary>A name that can stand in a statement as it is.</summary>
    internal static bool IsPlain(string name) => PlainName().IsMatch(name);

    private static ClickHouseException Wrong(string message) => new(message) { IsWrongUsage = true };

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,63}\z")]
    private static partial Regex PlainName();
}
