// Two guests at a time would share two CPUs and one kernel's tracing: tests here run one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
