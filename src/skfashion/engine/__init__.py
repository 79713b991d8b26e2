"""Training and inference: everything that depends on a backend."""
