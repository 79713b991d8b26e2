"""The objective of classifiers."""

from keras import ops

from skfashion.networks.losses import softmax_log_loss
from skfashion.networks.network import Network


class ClassifierNetwork(Network):
    """A model from rows to logits of classes, which are numbered from 0.

    Parameters
    ----------
    model : keras.Model
        From rows, shape (n_rows, n_features), to logits, shape (n_rows, n_classes).
    **options
        Options of `Network`.
    """

    term_names = ("log_loss", "accuracy")

    def __init__(self, model, **options):
        super().__init__([model], **options)
        self.model = model

    def predict_proba(self, rows):
        """Return the probability of each class, shape (n_rows, n_classes)."""
        logits = self.run(self.model, self.scale(rows), training=False)
        return ops.exp(logits - ops.logsumexp(logits, axis=1, keepdims=True))

    def terms(self, batch, weights=None):
        """Compute the cross-entropy, and 1 for each row with the right class, of a pair of rows and their classes."""
        rows, classes = batch
        training = weights is not None
        logits = self.run(self.model, self.augmented(rows, training), training=training)
        is_hit = ops.equal(ops.argmax(logits, axis=1), ops.cast(classes, "int32"))
        return {"log_loss": softmax_log_loss(classes, logits), "accuracy": ops.cast(is_hit, "float32")}

    def total(self, terms, *, training):
        return terms["log_loss"]
