"""The rules, one family a module; the docstring of a rule is the rule."""
