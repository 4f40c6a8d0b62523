namespace ExitProf.Reports.Charts.Png;

/// <summary>A PNG cannot be drawn on this machine. The message is a sentence for the user, with the remedy.</summary>
public sealed class PictureLibraryException : Exception
{
    public PictureLibraryException(string message)
        : base(message)
    {
    }

    public PictureLibraryException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public PictureLibraryException()
    {
    }
}
