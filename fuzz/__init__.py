"""Search for inputs the reader cannot cope with; `python -m fuzz --help` tells how it is run.

Each target draws inputs, hands them to the program's own entry points and holds what comes back
against what is promised. Inputs that break a promise are kept in ``fuzz/found``; they and the pages
to start from, in ``fuzz/seeds``, are read again by every run of the tests.
"""
