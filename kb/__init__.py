"""An evidence base on clinician burnout: content/ read once into a frozen model, all else a projection of it."""

__version__ = "1.0.0"
