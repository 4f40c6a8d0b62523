using System.Runtime.CompilerServices;
using System.Text;

namespace ExitProf.Reports;

/// <summary>
/// Markup that is safe to put into a page. The only way in for plain text is an interpolated string, and that escapes every hole.
/// </summary>
internal readonly record struct Html(string Markup)
{
    public static readonly Html Empty = new("");

    public static Html Of(ref Writer writer) => new(writer.Take());

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(p => p.Markup)));

    public override string ToString() => Markup;

    [InterpolatedStringHandler]
    public ref struct Writer(int literalLength, int formattedCount)
    {
        private readonly StringBuilder text = new(literalLength + formattedCount * 16);

        public readonly void AppendLiteral(string literal) => text.Append(literal);

        public readonly void AppendFormatted(string? value) => text.Append(VisibleText.Escaped(value ?? ""));

        public readonly void AppendFormatted(long value) => text.Append(value.ToString("N0"));

        public readonly void AppendFormatted(Html value) => text.Append(value.Markup);

        public readonly void AppendFormatted(IEnumerable<Html> values)
        {
            foreach (Html value in values) text.Append(value.Markup);
        }

        internal readonly string Take() => text.ToString();
    }
}
