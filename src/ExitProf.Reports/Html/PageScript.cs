using System.Security.Cryptography;
using System.Text;

namespace ExitProf.Reports;

/// <summary>The page's one script, and how a policy allows it and nothing else.</summary>
internal static class PageScript
{
    public static string Text { get; } = Read();

    /// <summary>What a content security policy calls exactly this text of a script or a style.</summary>
    public static string Source(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    private static string Read()
    {
        using Stream stream =
            typeof(PageScript).Assembly.GetManifestResourceStream("page.js")
            ?? throw new InvalidOperationException("page.js is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
