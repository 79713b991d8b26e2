"""Arguments in, exit code out. Each command's work is in its own module, imported when it runs."""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from skfashion import __version__
from skfashion.cli._errors import InputError
from skfashion.plugins.registry import list_plugins

DONE, WRONG_INPUT, INTERRUPTED = 0, 2, 130


def main(argv: list[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    argv : list of str, optional
        Arguments; those of the process by default.

    Returns
    -------
    int
        0 done, 2 the input or the arguments are wrong, 130 interrupted. An error on our side is raised (exit code 1).
    """
    arguments = _parser().parse_args(argv)
    try:
        import_module("skfashion.networks")  # chooses the Keras backend, or says how to install one
    except ImportError as error:
        return _refuse(arguments.command, error)
    try:
        import_module(f"skfashion.cli._{arguments.command}").run(arguments)
    except InputError as error:
        return _refuse(arguments.command, error)
    except KeyboardInterrupt:
        print("skfashion: interrupted", file=sys.stderr)
        return INTERRUPTED
    return DONE


def _refuse(command, error):
    print(f"skfashion {command}: error: {error}", file=sys.stderr)
    return WRONG_INPUT


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        """One line, without the usage."""
        self.exit(WRONG_INPUT, f"{self.prog}: error: {message}\n")


def _parser():
    parser = _Parser(prog="skfashion", description="Cluster images without labels.")
    parser.add_argument("--version", action="version", version=f"skfashion {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_cluster(commands)
    _add_reproduce(commands)
    return parser


def _add_cluster(commands):
    parser = commands.add_parser(
        "cluster",
        help="reduce images to codes and cluster these",
        description="Reduce images to codes, cluster the codes, and score the clusters.",
        epilog="Bytes are divided by 255, other numbers brought to [0, 1] pixel by pixel. Scores that need labels are "
        "shown where labels are known; no label has a part in the clustering.",
    )
    parser.add_argument(
        "input",
        nargs="?",
        type=Path,
        metavar="INPUT.npy",
        help="images, one a row; default: Fashion-MNIST, 60,000 images",
    )
    parser.add_argument("--reducer", default="dense-ae", metavar="NAME", help=_names("reducer"))
    parser.add_argument("--clusterer", default="gmm", metavar="NAME", help=_names("clusterer"))
    parser.add_argument(
        "--n-clusters", type=int, default=10, metavar="K", help="number of clusters (default: %(default)s)"
    )
    parser.add_argument("--seed", type=_seed, default=0, help="seed of all randomness (default: %(default)s)")
    _add_sample(parser)
    _add_out(parser, "labels.csv and metrics.json")


def _seed(text):
    if not 0 <= int(text) < 2**32:
        raise argparse.ArgumentTypeError(f"{text} must be from 0 to {2**32 - 1}")
    return int(text)


def _names(kind):
    return f"{', '.join(list_plugins(kind))} (default: %(default)s)"


def _add_reproduce(commands):
    parser = commands.add_parser(
        "reproduce",
        help="measure what the source papers published",
        description="Rebuild published results, row by row, and set what is measured beside them.",
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help="rows (B1), papers (B) or all; default: all")
    parser.add_argument(
        "--seeds", type=int, default=5, metavar="N", help="measure with the seeds 0 to N-1 (default: 5)"
    )
    _add_sample(parser)
    _add_out(parser, "results.json and RESULTS.md")


def _add_sample(parser):
    parser.add_argument("--sample", action="store_true", help="take the 5,000 images that come with the package")


def _add_out(parser, what):
    parser.add_argument("--out", type=Path, metavar="DIR", help=f"write {what} there")
