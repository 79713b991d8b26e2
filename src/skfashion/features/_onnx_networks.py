"""Networks in .onnx files as makers of features, on the processor."""

import difflib
import hashlib
from functools import cache
from pathlib import Path

import numpy as np

from skfashion.features._network_input import Layout, mean_over_places, normalize

AFTER_SCORES = ("Cast", "Dropout", "Identity", "LogSoftmax", "Sigmoid", "Softmax")
DTYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
MAX_MEMORY = 8 * 2**30  # of all networks together: what a file computes from small images may be anything
EXTRA = "pip install 'skfashion[pretrained]'"


class OnnxNetwork:
    """A network in an .onnx file that ends in features.

    Parameters
    ----------
    path : Path
        The file.
    layer : str or None
        Name of a tensor in the graph; None is the input of the layer of the classes.
    mean, std : float or sequence of float
        Normalisation of pixels from 0 to 1.
    sha256 : str
        Hash of the file.
    """

    def __init__(self, path, layer, mean, std, sha256):
        onnx, onnxruntime = _packages()
        model = onnx.load(path)
        tensor = _name_of_features(model.graph, layer)
        if tensor not in [output.name for output in model.graph.output]:
            model.graph.output.append(onnx.helper.make_empty_tensor_value_info(tensor))
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4  # errors are raised
        _limit_memory()
        options.add_session_config_entry("session.use_env_allocators", "1")
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        inputs = self._session.get_inputs()
        if len(inputs) != 1 or inputs[0].type not in DTYPES:
            found = ", ".join(f"{one.name}: {one.type}" for one in inputs)
            raise ValueError(f"it must have one input of floats, the images, but has {found}.")
        self.layout = Layout.of(inputs[0].shape)
        self.sha256 = sha256
        self._input, self._dtype, self._tensor = inputs[0].name, DTYPES[inputs[0].type], tensor
        self._mean, self._std = mean, std

    def features(self, images):
        """Return the features of pixels from 0 to 255, shape (n, n_features), float32."""
        images = normalize(images, self._mean, self._std).astype(self._dtype)
        if self.layout.channels_first:
            images = images.transpose(0, 3, 1, 2)
        outputs = self._run(np.ascontiguousarray(images))
        return mean_over_places(outputs.astype(np.float32), channels_first=self.layout.channels_first)

    def _run(self, images):
        try:
            return self._session.run([self._tensor], {self._input: images})[0]
        except Exception as error:  # onnxruntime raises many
            reason = " ".join(str(error).split())
            if "Available memory" in reason:
                reason = f"they take more than {MAX_MEMORY / 2**30:g} GiB; pass a smaller batch_size or image_size."
            raise ValueError(f"The model cannot compute features of a batch of images: {reason}") from error


@cache
def _limit_memory():
    """Let the networks that share an allocator take at most `MAX_MEMORY`; they keep what they took for the next one."""
    _, onnxruntime = _packages()
    place = ("Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT)
    as_requested = {"max_mem": MAX_MEMORY, "arena_extend_strategy": 1}  # the other strategy takes powers of two
    onnxruntime.create_and_register_allocator(onnxruntime.OrtMemoryInfo(*place), onnxruntime.OrtArenaCfg(as_requested))


def onnx_sha256(path: Path) -> str:
    """Return the hash of an .onnx file and of the files that hold its weights, if there are any."""
    onnx, _ = _packages()
    model = onnx.load(path, load_external_data=False)
    tensors = [*_tensors(model.graph), *(tensor for function in model.functions for tensor in _constants(function))]
    others = {entry.value for tensor in tensors for entry in tensor.external_data if entry.key == "location"}
    found = hashlib.sha256()
    for file in (path, *(_beside(path, other) for other in sorted(others))):
        with file.open("rb") as content:
            found.update(hashlib.file_digest(content, "sha256").digest())
    return found.hexdigest()


def _tensors(graph):
    """Yield the tensors of a graph and of the graphs in it, as weights and in nodes."""
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    yield from _constants(graph)


def _constants(graph):
    for attribute in (attribute for node in graph.node for attribute in node.attribute):
        yield from (attribute.t, *attribute.tensors)
        for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
            yield from (sparse.values, sparse.indices)
        for inner in (attribute.g, *attribute.graphs):
            yield from _tensors(inner)


def _beside(path, name):
    """Return a file of weights; it must be in the folder of the model: a forged one could name any file."""
    file = (path.parent / name).resolve()
    if not (file.is_relative_to(path.parent.resolve()) and file.is_file()):
        raise ValueError(f"it keeps weights in {name!r}, which is no file in its folder.")
    return file


def _packages():
    try:
        import onnx
        import onnxruntime
    except ImportError as error:
        raise ImportError(f"An .onnx model needs the package {error.name}; {EXTRA}.") from error
    return onnx, onnxruntime


def _name_of_features(graph, layer):
    """Return the name of the tensor that holds the features."""
    producers = {name: node for node in graph.node for name in node.output}
    if layer is not None:
        if layer not in producers:
            close = difflib.get_close_matches(layer, producers, n=1, cutoff=0) or list(producers)[-1:]
            raise ValueError(f"it has no tensor {layer!r}; did you mean {close[0]!r}?")
        return layer
    output = graph.output[0].name
    node = producers.get(output)
    while node is not None and node.op_type in AFTER_SCORES:
        node = producers.get(node.input[0])
    if node is not None and node.op_type == "Add":  # of the bias
        node = next((producers[name] for name in node.input if name in producers), None)
    return node.input[0] if node is not None and _is_dense(node, graph, producers) else output


def _is_dense(node, graph, producers):
    """Return True for a product with weights whose input is computed from the images."""
    weights = {tensor.name for tensor in graph.initializer}
    weights |= {name for name, maker in producers.items() if maker.op_type == "Constant"}
    return node.op_type in ("Gemm", "MatMul") and node.input[1] in weights and node.input[0] in producers
