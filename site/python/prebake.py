"""Figures for Prebake, made by a program in Python.

    import prebake

    @prebake.figure
    def draw(job):
        terms = job.props["terms"]
        job.write("wave.svg", f"<svg>...{terms}...</svg>")
        return {"picture": {"file": "wave.svg", "alt": "a wave"}}

The function is called for each job, with its `Job`, and returns the reply (see the manual) or
nothing. What is printed goes to the log. Files that the program imports from the site, and those it
opens with `job.open`, `job.read` or `job.input`, join the key by which Prebake keeps the figure, so
that a change of any of them makes it anew.

One file, without dependencies, for Python 3.8 and later: `prebake python-module` writes it.
"""

import json
import os
import sys

__all__ = ["Job", "figure", "run"]


class Job:
    """What has to be made: its props, and where to put the files."""

    def __init__(self, request):
        self.component = request["component"]
        #: The tag's props, by name.
        self.props = request["props"]
        #: The absolute paths of the files that props name.
        self.inputs = request["inputs"]
        #: The site's root, the article's folder, and the folder for the files that are made.
        self.root = request["root"]
        self.article = request["article"]
        self.out = request["out"]
        self._read = set()
        self._problems = []

    def input(self, prop):
        """The absolute path of the file that a prop names."""
        return self.reads(self.inputs[prop])

    def reads(self, path):
        """Says that the result depends on a file or folder; gives its absolute path.

        A relative path is taken from the site's root.
        """
        path = os.path.join(self.root, os.fspath(path))
        self._read.add(path)
        return path

    def open(self, path, mode="r", encoding=None, **options):
        """Opens a file of the site for reading."""
        if set(mode) & set("wax+"):
            raise ValueError("job.open reads; job.write and job.path make files")
        if encoding is None and "b" not in mode:
            encoding = "utf-8"
        return open(self.reads(path), mode, encoding=encoding, **options)

    def read(self, path):
        """The text of a file of the site."""
        with self.open(path) as file:
            return file.read()

    def path(self, name):
        """Where a file of this name goes that the program makes by other means."""
        return os.path.join(self.out, name)

    def write(self, name, content):
        """Makes a file, of text or of bytes, and gives its name."""
        if isinstance(content, str):
            content = content.encode("utf-8")
        with open(self.path(name), "wb") as file:
            file.write(content)
        return name

    def warn(self, message, prop=None, hint=None, severity="warning", file=None, line=None, column=None):
        """Tells the author something: at the tag, at one of its props, or at a place in a file."""
        problem = {"message": message, "severity": severity, "prop": prop, "hint": hint}
        if file is not None:
            problem.update(file=self.reads(file), line=line, column=column)
        self._problems.append(problem)

    def error(self, message, **more):
        """Fails the figure, and the build, with a message at its place."""
        self.warn(message, severity="error", **more)

    def _reply(self, reply):
        reply = dict(reply or {})
        reply["read"] = sorted(self._read | set(reply.get("read", ())) | _imported(self.root))
        reply["problems"] = self._problems + list(reply.get("problems", ()))
        return reply


def _imported(root):
    """The files of the site that this program is made of."""
    root = os.path.join(os.path.realpath(root), "")
    found = set()
    for module in list(sys.modules.values()):
        name = getattr(module, "__file__", None)
        path = os.path.realpath(name) if name else ""
        # An environment that stands inside the site is the interpreter's, not the site's.
        if path.startswith(root) and "site-packages" not in path and path.endswith(".py"):
            found.add(path)
    return found


def run(make):
    """Answers jobs with what `make(job)` returns, until there are no more."""
    replies, sys.stdout = sys.stdout, sys.stderr
    # One line in, one line out: the same for one job and for many.
    for line in sys.stdin.buffer:
        job = Job(json.loads(line))
        reply = job._reply(make(job))
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def figure(make):
    """Runs the decorated function, if its file is the program."""
    if make.__module__ == "__main__":
        run(make)
    return make
