"""The model that a command leaves behind, and what to do with it."""

import shlex

from skfashion.cli._input import EXPECTED, Images, expected_images
from skfashion.cli._output import note
from skfashion.persistence import ModelFileError, save

MODEL = "model.skfashion"


def save_model(pipeline, folder, images: Images) -> bool:
    """Keep the model, with what new images must be like; say so if it cannot be kept."""
    try:
        save(pipeline, folder / MODEL, metadata={EXPECTED: expected_images(images, images.scale)})
        return True
    except ModelFileError as error:  # a plugin's own class, which nobody has vouched for
        note(f"No {MODEL}: {error}")
        return False


def model_commands(arguments, is_saved: bool, can_predict: bool) -> dict[str, str]:
    """How to run it again, and what to do with the model."""
    commands = {"To run it again": arguments.command_line}
    if is_saved:
        path = arguments.out / MODEL
        if can_predict:
            commands["To label new images"] = f"{shlex.join(['skfashion', 'predict', str(path)])} FOLDER --out labelled"
        commands["In Python"] = f"model = skfashion.load({str(path)!r})"
    return commands
