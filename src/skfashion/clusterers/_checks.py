"""What clusterers ask of their rows."""


def check_at_most_n_samples(n_samples, **numbers):
    """Refuse more clusters, or vectors, than there are rows."""
    for name, number in numbers.items():
        if number > n_samples:
            raise ValueError(f"{name}={number} must be <= n_samples={n_samples}; pass more rows or lower {name}.")
