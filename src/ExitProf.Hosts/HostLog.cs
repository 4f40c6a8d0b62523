namespace ExitProf.Hosts;

/// <summary>Takes one sentence about what an emulated host is doing and how much of it there is.</summary>
public delegate void HostLog(string sentence);
