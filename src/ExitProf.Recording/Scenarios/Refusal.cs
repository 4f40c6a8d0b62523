namespace ExitProf.Recording;

/// <summary>Why a scenario does not run with some settings, in one sentence.</summary>
/// <param name="ByHost">True if another host could run it, false if the settings make no sense together anywhere.</param>
public sealed record Refusal(string Sentence, bool ByHost)
{
    /// <summary>The settings make no sense together.</summary>
    public static Refusal Contradiction(string sentence) => new(sentence, ByHost: false);

    /// <summary>This host cannot run it.</summary>
    public static Refusal Unsupported(string sentence) => new(sentence, ByHost: true);

    /// <summary>The same as an exception: the user's mistake, or what the host lacks.</summary>
    public Exception ToException() => ByHost ? new UnsupportedScenarioException(Sentence) : new SettingException(Sentence);
}
