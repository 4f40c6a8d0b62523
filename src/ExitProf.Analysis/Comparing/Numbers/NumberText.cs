using System.Collections.Immutable;
using System.Text;

namespace ExitProf.Analysis;

/// <summary>A text that holds numbers, in lines. What it takes of memory is bounded: a device or a pipe may never end.</summary>
/// <param name="File">The name that messages and reports give it.</param>
/// <param name="Folder">Where it lies, because some tools say only there what was measured; empty of a text that is no file.</param>
/// <param name="Skipped">Lines in front of the first one here; a text can be a part of a file.</param>
public sealed record NumberText(string File, string Folder, ImmutableArray<string> Lines, int Skipped = 0)
{
    /// <summary>The argument that stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Millions of numbers; a text that is longer is something else.</summary>
    private const int MostCharacters = 64 << 20;

    /// <summary>The longest line that people and tools write; only JSON has longer ones.</summary>
    private const int LongestLine = 4096;

    /// <summary>Characters of a line that a message quotes.</summary>
    private const int Quoted = 40;

    /// <param name="path">A file, or <see cref="StandardInput"/>.</param>
    /// <exception cref="InputException">It is no text, or far too long.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static NumberText Read(string path)
    {
        if (path == StandardInput)
        {
            using var input = new StreamReader(Console.OpenStandardInput());
            return Read("standard input", input);
        }
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return Read(Path.GetFileName(path), reader) with { Folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "" };
    }

    /// <inheritdoc cref="Read(string)"/>
    public static NumberText Read(string name, TextReader reader)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        var line = new StringBuilder();
        var buffer = new char[1 << 14];
        bool json = false, begun = false, newline = true;
        long read = 0;
        for (int count; (count = reader.Read(buffer, 0, buffer.Length)) > 0;)
        {
            read += count;
            if (read > MostCharacters)
                throw new InputException($"{name} has more than {MostCharacters:N0} characters: a file of measurements is smaller.");
            foreach (char c in buffer.AsSpan(0, count))
            {
                if (c == '\0')
                    throw new InputException(
                        $"Line {lines.Count + 1} of {name} holds a character that no text has (NUL): it is not a file of measurements."
                    );
                if (!begun && !char.IsWhiteSpace(c))
                    (begun, json) = (true, c is '{' or '[');
                newline = c == '\n';
                if (newline) End();
                else if (line.Append(c).Length > LongestLine && !json)
                {
                    throw new InputException(
                        $"Line {lines.Count + 1} of {name} has more than {LongestLine:N0} characters: it is not a file of measurements."
                    );
                }
            }
        }
        if (!newline) End();
        return new NumberText(name, "", lines.ToImmutable());

        void End()
        {
            lines.Add(line.ToString().TrimEnd('\r'));
            line.Clear();
        }
    }

    /// <summary>True if it begins as an object of JSON, or as a list of something; "[before]" is a heading.</summary>
    public bool IsJson => Beginning is ['{', ..] or ['[', '{' or '[' or '"' or '-' or (>= '0' and <= '9')];

    /// <summary>The first two characters that are no blanks.</summary>
    private string Beginning
    {
        get
        {
            string beginning = "";
            foreach (string line in Lines)
            {
                foreach (char c in line)
                {
                    if (!char.IsWhiteSpace(c)) beginning += c;
                    if (beginning.Length == 2) return beginning;
                }
            }
            return beginning;
        }
    }

    public string Whole => string.Join('\n', Lines);

    /// <summary>Lines that say something: not blank, and no comment. A number counts from 1, as in the file.</summary>
    public IEnumerable<(int Number, string Text)> Rows
    {
        get
        {
            for (int i = 0; i < Lines.Length; i++)
            {
                string text = Unquoted(Lines[i]);
                if (text.Length > 0 && text[0] != '#') yield return (Skipped + i + 1, text);
            }
        }
    }

    /// <summary>Without the marks that a mail puts in front of what it answers.</summary>
    private static string Unquoted(string line)
    {
        ReadOnlySpan<char> rest = line.AsSpan().Trim();
        while (rest is ['>', ..]) rest = rest[1..].TrimStart();
        return rest.ToString();
    }

    /// <summary>A sentence about one line.</summary>
    /// <param name="what">What is wrong with it, from behind "Line 3 of a.txt " on.</param>
    public InputException Refused(int number, string what) => new($"Line {number} of {File} {what}");

    /// <summary>A sentence about the whole.</summary>
    /// <param name="what">What is wrong with it, from behind its name on.</param>
    public InputException Refused(string what) => new($"{File} {what}");

    /// <summary>As much of a text as a message can hold.</summary>
    public static string Quote(string text) => text.Length <= Quoted ? $"'{text}'" : $"'{text[..Quoted]}…'";
}
