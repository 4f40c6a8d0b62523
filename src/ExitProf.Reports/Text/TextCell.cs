using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>A cell of a <see cref="TextTable"/>.</summary>
/// <param name="Text">Shown on one line, never broken.</param>
/// <param name="Style">That of its row where it has none.</param>
/// <param name="Short">The same in fewer letters, for a narrow terminal; null if there is none.</param>
public readonly record struct TextCell(string Text, Style? Style = null, string? Short = null)
{
    public static implicit operator TextCell(string text) => new(text);

    public string In(bool shortened) => VisibleText.Of(shortened && Short != null ? Short : Text);
}
