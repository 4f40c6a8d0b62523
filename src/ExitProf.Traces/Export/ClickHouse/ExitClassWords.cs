namespace ExitProf.Traces;

/// <summary>What a row says of its exit's class.</summary>
internal sealed record ExitClassWords(string Subkey, string Signature, bool HasBothEnds)
{
    public static ExitClassWords Of(ExitClass exitClass) =>
        new(exitClass.SubkeyText, exitClass.SignatureText, exitClass.Signature.AsSpan().HasBothEnds());
}
