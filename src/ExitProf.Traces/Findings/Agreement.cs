using System.Text.RegularExpressions;

namespace ExitProf.Traces;

/// <summary>
/// Sentences that agree with their number: "[exits have|exit has]" is its first part for any number but 1, and its second for 1.
/// </summary>
/// <remarks>Only for sentences of our own: in what a file says, brackets mean what they meant there.</remarks>
public static partial class Agreement
{
    public static string Of(long number, string sentence) => Choice().Replace(sentence, c => c.Groups[number == 1 ? 2 : 1].Value);

    [GeneratedRegex(@"\[([^\[\]|]*)\|([^\[\]|]*)\]")]
    private static partial Regex Choice();
}
