"""Many calls of one pure function: here, in processes of this machine, or on a cluster."""
