"""``python -m skillprofiles.cli``."""

from skillprofiles.cli import main

main(prog_name="skillprofiles")
