"""The parser of arguments and the exit codes. Each command is a module, imported when it runs."""

import argparse
import logging
import os
import shlex
import sys
from importlib import import_module
from typing import NoReturn

from skfashion import __version__
from skfashion._utils.urls import without_passwords
from skfashion.cli import _arguments, _defaults
from skfashion.cli._process import DONE, WRONG_INPUT, exit_process, run_in_order
from skfashion.cli._terminal import print_to_stderr, printable
from skfashion.plugins.registry import IDENTITY, list_plugins

NUMBAS_SETTINGS = ".numba_config.yaml"  # numba reads it in the current folder; it can name a folder of pickles


def main(argv: list[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    argv : list of str, optional
        Arguments; those of the process by default.

    Returns
    -------
    int
        0 if it is done, 1 if its output cannot be written or after an unexpected error, 2 if the input or the arguments
        are wrong, 130 if it was interrupted. With the environment variable ``SKFASHION_DEBUG=1``, an unexpected error
        is raised. SIGTERM and SIGHUP raise SystemExit.
    """
    return run_in_order(lambda: _run(sys.argv[1:] if argv is None else argv))


def program(argv: list[str] | None = None) -> NoReturn:
    """Run a command as the work of this process, and exit with its code; see `main`."""
    exit_process(lambda: main(argv))


def _run(argv):
    arguments = vars(_parser().parse_args(argv))
    command = arguments.pop("command")
    if os.path.lexists(NUMBAS_SETTINGS):
        return _refuse(command, f"the folder that it runs in holds {NUMBAS_SETTINGS}, which numba would obey; move it")
    os.environ["MPLBACKEND"] = "Agg"  # pictures go into files
    os.environ["PYTHONSAFEPATH"] = "1"  # worker processes would import a joblib.py of the current folder
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it warns if its cache cannot be written
    try:
        if command != "list":
            arguments["command_line"] = without_passwords(shlex.join(["skfashion", *argv]))
            import_module("skfashion.engine.backend").choose_backend()  # or say how to install one
    except ImportError as error:
        return _refuse(command, error)
    from skfashion.cli._output import InputError  # with rich, which --help does without

    try:
        import_module(f"skfashion.cli._{command}").run(**arguments)
    except InputError as error:
        return _refuse(command, error)
    return DONE


def _refuse(command, error):
    print_to_stderr(f"skfashion {command}: error: {error}")
    return WRONG_INPUT


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        """Print one line, without the usage."""
        self.exit(WRONG_INPUT, f"{printable(f'{self.prog}: error: {message}')}\n")


def _parser():
    parser = _Parser(prog="skfashion", description="Cluster images without labels.")
    parser.add_argument("--version", action="version", version=f"skfashion {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_cluster(commands)
    _add_search(commands)
    _arguments.add_label(commands)
    _add_predict(commands)
    _add_reproduce(commands)
    _add_list(commands)
    return parser


def _add_cluster(commands):
    parser = commands.add_parser(
        "cluster",
        help="reduce images to codes and cluster the codes",
        description="Reduce images to codes, cluster the codes, score the clusters, and save the model.",
        epilog="Bytes are divided by 255. Other numbers are scaled to [0, 1]: all by one range for a reducer of images "
        "(image-features, hog, conv-ae, conv-vae), else pixel by pixel. If labels are known, scores that need them are "
        "shown, too; the clustering itself uses no labels.",
    )
    _add_images(parser)
    default = (
        f"{_defaults.REDUCER}, {_defaults.REDUCER_OF_ROWS} for rows that are no images, {IDENTITY} for a clusterer "
        "that takes the images themselves"
    )
    parser.add_argument("--reducer", metavar="NAME", help=_names("reducer", default))
    default = (
        f"{_defaults.CLUSTERER} for {_defaults.MIN_IMAGES} images or more; {_defaults.CLUSTERER_OF_FEW} for fewer, and "
        f"for less than {_defaults.MIN_IMAGES_OF_CLUSTER} for each of --n-clusters; {_defaults.CLUSTERER_OF_ROWS} for "
        "rows that are no images"
    )
    parser.add_argument("--clusterer", metavar="NAME", help=_names("clusterer", default))
    _arguments.add_features(parser, f"the reducer is then {IDENTITY} unless it is named")
    _add_pipeline(parser)
    _arguments.add_sample(parser)
    _arguments.add_out(parser, "index.html, labels.csv, duplicates.csv, odd.csv, metrics.json and model.skfashion")


def _add_search(commands):
    parser = commands.add_parser(
        "search",
        help="try many pipelines and choose one",
        description="Try combinations of reducers, clusterers and their parameters, choose a pipeline without labels, "
        "and save it. With --storage, an interrupted search continues, and several processes or computers can work on "
        "one search: give them the same command.",
        epilog="The search uses no labels, unless --scoring names a score that does.",
    )
    _add_images(parser)
    parser.add_argument("--reducer", nargs="+", metavar="NAME", help="reducers to choose from (default: all)")
    parser.add_argument("--clusterer", nargs="+", metavar="NAME", help="clusterers to choose from (default: all)")
    _add_pipeline(parser)
    parser.add_argument(
        "--trials", type=_arguments.positive, default=30, metavar="N", help="pipelines to try (default: 30)"
    )
    parser.add_argument("--timeout", type=float, metavar="S", help="start no trial after S seconds")
    parser.add_argument(
        "--max-samples",
        type=_arguments.positive,
        default=10_000,
        metavar="N",
        help="images for each trial; the chosen pipeline is fitted to all (default: 10000)",
    )
    parser.add_argument("--scoring", metavar="NAME", help="score of a trial, for example stability")
    parser.add_argument("--refit", metavar="NAME", help="rule for the choice: agreement, or the name of a score")
    parser.add_argument("--storage", metavar="PATH", help="file or database URL that keeps the trials")
    parser.add_argument("--study-name", metavar="NAME", help="name of the search in the storage")
    _arguments.add_sample(parser)
    _arguments.add_out(
        parser, "index.html, labels.csv, duplicates.csv, odd.csv, trials.csv, metrics.json and model.skfashion"
    )


def _add_images(parser):
    """Add the arguments for images, which `cluster` and `search` share."""
    parser.add_argument(
        "path",
        nargs="?",
        type=_arguments.path,
        metavar="input",
        help="a folder of image files (one subfolder for each class, if classes are known), or an .npy, .npz, .csv or "
        "IDX file; default: Fashion-MNIST, 60,000 images",
    )
    parser.add_argument(
        "--image-size",
        type=_arguments.image_size,
        default=_defaults.AUTO,
        metavar="N",
        help="resize image files to N x N pixels, or to HEIGHTxWIDTH; arrays must have that size (default: the size of "
        "the files if they have one of at most 128 pixels, else 64)",
    )
    parser.add_argument(
        "--color",
        action=argparse.BooleanOptionalAction,
        default=_defaults.AUTO,
        help="read image files in colour, or in grey (default: in colour if they have colours)",
    )
    parser.add_argument(
        "--max-value",
        type=_arguments.value_of_16_bits,
        metavar="N",
        help="the value of white in image files of 16 bits of grey; larger ones are white, too (default: the smallest "
        "of 255, 511, 1023, ..., 65535 that no file exceeds)",
    )
    _arguments.add_reading(parser)


def _add_pipeline(parser):
    """Add the arguments for pipelines, which `cluster` and `search` share."""
    parser.add_argument(
        "--n-clusters",
        type=_arguments.number_of_clusters,
        default=_defaults.AUTO,
        metavar="K",
        help="number of clusters, or auto (the default): it is chosen without labels, from 2 to 50",
    )
    parser.add_argument("--seed", type=_arguments.seed, default=0, help="seed of all randomness (default: %(default)s)")
    parser.add_argument(
        "--set",
        type=_arguments.setting,
        action="append",
        default=[],
        dest="params",
        metavar="STEP__NAME=VALUE",
        help="a parameter of the scale, reducer or clusterer, such as reducer__max_iter=200; can be repeated",
    )


def _add_predict(commands):
    parser = commands.add_parser(
        "predict",
        help="label new images with a saved model",
        description="Label new images with a model that `skfashion cluster --out` has saved. Image files are resized "
        "to the size that the model was trained on, and 16 bits of grey are scaled as they were.",
    )
    parser.add_argument(
        "model", type=_arguments.path, metavar="MODEL", help="a model.skfashion; loading it runs no code"
    )
    parser.add_argument(
        "path",
        type=_arguments.path,
        metavar="input",
        help="a folder of image files, or an .npy, .npz, .csv or IDX file",
    )
    _arguments.add_features(parser, "needed if the model was trained on such features")
    _arguments.add_reading(parser)
    _arguments.add_out(parser, "index.html, labels.csv, duplicates.csv, odd.csv and metrics.json")


def _add_list(commands):
    parser = commands.add_parser(
        "list", help="list reducers and clusterers", description="List the reducers and clusterers that are installed."
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="load each and show its search space")


def _names(kind, default):
    return f"{', '.join(list_plugins(kind))} (default: {default})"


def _add_reproduce(commands):
    parser = commands.add_parser(
        "reproduce",
        help="measure the results of the source papers",
        description="Rebuild published results, row by row, and compare the measured values with them.",
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help="rows (B1), papers (B) or all (default: all)")
    parser.add_argument(
        "--seeds", type=int, default=5, metavar="N", help="measure with the seeds 0 to N-1 (default: 5)"
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default: 1)")
    _arguments.add_sample(parser)
    _arguments.add_out(parser, "index.html, results.json, RESULTS.md and pictures")
