"""Types and functions that a saved model may hold."""

import io
import json
import zipfile
from collections import Counter

import skfashion
from skfashion.persistence._archive import ModelFileError, UntrustedModelError

# Parts of scikit-learn's estimators that skops does not trust by itself.
_OF_SCIKIT_LEARN = (
    "numpy.dtype",
    "scipy.sparse._csr.csr_array",
    "scipy.sparse._csr.csr_matrix",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.calibration._TemperatureScaling",
    "sklearn.cluster._bisect_k_means._BisectingTree",
    "sklearn.metrics._scorer._CurveScorer",
    "sklearn.metrics._scorer._PassthroughScorer",
    "sklearn.metrics._scorer._Scorer",
    "sklearn.model_selection._split.KFold",
    "sklearn.model_selection._split.StratifiedKFold",
    "sklearn.utils._bunch.Bunch",
    "sklearn.utils._metadata_requests.MetadataRequest",
    "sklearn.utils._metadata_requests.MethodMetadataRequest",
)
_SCORES = (  # of classes, by which thresholds are tuned; they compute with numpy
    *("accuracy_score", "balanced_accuracy_score", "cohen_kappa_score", "f1_score", "fbeta_score", "jaccard_score"),
    *("matthews_corrcoef", "precision_score", "recall_score"),
)
_OF_OURS = (
    "skfashion._utils.range_scaler.RangeScaler",
    "skfashion.engine.fitted.FittedNetwork",  # parameters, sizes and weights
    "skfashion.features._capped_pca.CappedPCA",
)
# Nodes of skops' tree that hold data, or make an object and set its attributes. Other nodes call functions.
_INERT = {
    *("JsonNode", "ListNode", "TupleNode", "SetNode", "DictNode", "DefaultDictNode", "SliceNode", "BytesNode"),
    *("NdArrayNode", "MaskedArrayNode", "SparseMatrixNode", "DTypeNode", "RandomStateNode"),
    *("TypeNode", "FunctionNode", "ObjectNode", "CachedNode"),
}


def refuse_untrusted(content, trusted, what):
    """Raise an UntrustedModelError if the content names a type or a function that is not trusted."""
    import skops.io

    try:
        found = set(skops.io.get_untrusted_types(data=content)) - set(trusted_names(trusted))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            nodes = list(_nodes(json.loads(archive.read("schema.json"))))
        _refuse_copies(nodes)
        known = set(map(_full_name, trusted))
        found |= {_name_of(node) for node in nodes if not _is_inert(node) and _name_of(node) not in known}
    except Exception as error:  # a forged archive
        raise ModelFileError(f"{what} cannot be read: {error}") from error
    if found:
        names = [ascii(name)[1:-1] for name in sorted(found)]  # a forged name may hold line breaks
        raise UntrustedModelError(
            f"{what} holds {', '.join(names)}, which may run code; leave it out, or, if you trust it, "
            f"pass trusted={sorted(found)} to both save and load."
        )


def _refuse_copies(nodes):
    """Refuse a tree that names a part for several objects, each of which would have a copy."""
    of_parts = [(node["file"], node.get("__id__")) for node in nodes if isinstance(node.get("file"), str)]
    # for skops, nodes of one id are one object; those without an id, or with 0 for it, are one each
    objects = {(file, repr(id_) if id_ else i) for i, (file, id_) in enumerate(of_parts)}
    for file, number in Counter(file for file, _ in objects).items():
        if number > 1:
            raise ValueError(f"its part {file} is {number} objects")


def _nodes(tree):
    """Yield every node of skops' tree, and every dict in one."""
    if isinstance(tree, dict):
        yield tree
    if isinstance(tree, dict | list):
        for child in tree.values() if isinstance(tree, dict) else tree:
            yield from _nodes(child)


def _is_inert(node):
    """Return True if making the node calls no function; the node may refer to trusted functions."""
    loader = node.get("__loader__")
    if _name_of(node) in _functions():
        return loader == "FunctionNode"
    return loader is None or loader in _INERT


def _name_of(node):
    return f"{node.get('__module__')}.{node.get('__class__')}"


def trusted_names(trusted):
    """Return the full names of our public classes, their parts, and what the caller trusts."""
    public = [getattr(skfashion, name) for name in skfashion.__all__]
    ours = [thing for thing in public if isinstance(thing, type)]
    return [*_OF_SCIKIT_LEARN, *_OF_OURS, *_functions(), *map(_full_name, [*ours, *trusted])]


def _functions():
    """Return the full names of trusted functions."""
    from skfashion.plugins import bytes_to_unit, unit_to_bytes

    scores = [f"sklearn.metrics._classification.{name}" for name in _SCORES]
    return ["sklearn.cluster._kmeans._kmeans_single_lloyd", *scores, *map(_full_name, (bytes_to_unit, unit_to_bytes))]


def _full_name(thing):
    name = thing if isinstance(thing, str) else f"{thing.__module__}.{thing.__qualname__}"
    if "<" in name:  # <lambda>, <locals>
        raise ValueError(f"trusted has {name}, which load could not find; define it at the top of a module.")
    return name
