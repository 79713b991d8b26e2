"""Why a model was not saved or loaded."""


class ModelFileError(ValueError):
    """A model cannot be saved, or what is loaded is damaged, not a model of ours, or of a later version."""


class UntrustedModelError(ModelFileError):
    """A model holds something that could run code when it is loaded or used."""


def damaged(path, problem):
    return ModelFileError(f"{path} is not a model that skfashion has saved, or is damaged: {problem}.")
