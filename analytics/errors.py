"""Every error that the core raises on purpose.

Messages name files, columns and rules; never the values of a row.
"""


class EmmieError(Exception):
    """Base of every error raised on purpose."""


class InvalidInputError(EmmieError, ValueError):
    """A function was called with values outside its stated range."""


class ProtocolError(EmmieError):
    """An ``evaluation.toml`` is missing, unreadable or says something impossible."""


class ViewersError(EmmieError):
    """The list of viewers is unreadable or says something impossible."""


class EntriesError(EmmieError):
    """What was entered could not be saved; nothing of it was."""


class BriefingError(EmmieError):
    """A briefing was not saved, or can't be opened; nothing that was there is lost."""


class NotAllowedError(EmmieError):
    """The viewer may not do this."""


class UnknownEvaluationError(EmmieError):
    """No evaluation of that name is loaded."""


class UnknownQuestionError(EmmieError):
    """No question of that name can be asked."""


class MethodsRegistryError(EmmieError):
    """The registry of methods is missing, or an entry is not complete."""


class ExportError(EmmieError):
    """A file could not be made; nothing of it was."""
