using System.CommandLine;

namespace ExitProf;

/// <summary>The option <c>--format</c>.</summary>
internal static class OutputFormat
{
    /// <param name="formats">The first is the default.</param>
    public static Option<string> Option(params string[] formats)
    {
        var option = new Option<string>("--format") { Description = "The form of the result.", DefaultValueFactory = _ => formats[0] };
        option.AcceptOnlyFromAmong(formats);
        return option;
    }
}
