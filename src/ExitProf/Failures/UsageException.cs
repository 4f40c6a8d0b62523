namespace ExitProf;

/// <summary>Arguments that are each right but not together. The message is one sentence for the user.</summary>
internal sealed class UsageException(string message) : Exception(message);
