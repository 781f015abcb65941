"""A site as its generator keeps it, looked at by who starts with searchsvc.

`look_at` finds the generator, the folder of its articles, their address and their language in a
folder; `settings_text` writes a settings file of it. Nothing here is used once there is one.
"""

from searchsvc.sites.language import guess_language
from searchsvc.sites.look import Look, look_at
from searchsvc.sites.settings_file import has_template, settings_text

__all__ = ["Look", "guess_language", "has_template", "look_at", "settings_text"]
