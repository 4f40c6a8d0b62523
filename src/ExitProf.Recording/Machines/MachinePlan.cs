namespace ExitProf.Recording;

/// <summary>A configuration that is to be measured, and what it does in the guest mode of this host.</summary>
internal sealed record MachinePlan(SweptConfiguration Swept, Workload Workload);
