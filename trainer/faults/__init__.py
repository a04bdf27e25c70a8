"""What faults cost a run at 16,384 GPUs, by policy: a simulation whose every assumption has a source."""
