"""Who hears of every epoch."""


def epoch_listeners(callbacks, verbose):
    """The functions to call with (epoch, logs): the callbacks' own, and one that prints if `verbose`."""
    for callback in callbacks or ():
        if not callable(getattr(callback, "on_epoch_end", None)):
            raise ValueError(f"callbacks has {callback!r}, which has no method on_epoch_end(epoch, logs); add one.")
    listeners = [callback.on_epoch_end for callback in callbacks or ()]
    return [*listeners, _print_epoch] if verbose else listeners


def _print_epoch(epoch, logs):
    names = [name for name in ("loss", "accuracy", "val_loss", "val_accuracy") if name in logs]
    figures = "  ".join(f"{name} {logs[name]:.6f}" for name in names)
    print(f"Epoch {epoch + 1}  {figures}  {logs['rows_per_second']:,.0f} rows/s", flush=True)
