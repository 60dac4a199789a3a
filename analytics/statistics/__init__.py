"""Pure statistical kernels: arrays or counts in, frozen results out; no I/O, no clock, no state."""
