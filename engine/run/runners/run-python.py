"""Runs code as a notebook does: the value of its last expression is its result. See engine/run/run-command-line.ts."""

import ast
import json
import linecache
import os
import sys
import types

MAX_RESULT_CHARS = 100_000
MAX_ROWS = 200
MAX_COLUMNS = 50
MAX_CELL_CHARS = 500
MAX_IMAGES = 20

with os.fdopen(4, "r", encoding="utf-8") as source:
    request = json.load(source)
os.set_inheritable(5, False)
words = os.fdopen(5, "w", encoding="utf-8")


def say(word):
    words.write(json.dumps(word, allow_nan=False) + "\n")
    words.flush()


def cell(value):
    if value is None or isinstance(value, (bool, str)):
        return value[:MAX_CELL_CHARS] if isinstance(value, str) else value
    try:
        if value != value:  # NaN, NaT
            return None
        if isinstance(value, int):
            return value if abs(value) < 2**53 else str(value)
        if isinstance(value, float):
            return value if abs(value) != float("inf") else str(value)
        if hasattr(value, "item"):
            plain = value.item()
            if isinstance(plain, (bool, int, float, str)):
                return cell(plain)
    except Exception:
        pass
    return str(value)[:MAX_CELL_CHARS]


def frame_table(frame):
    shown = frame.iloc[:MAX_ROWS, :MAX_COLUMNS]
    is_plain = type(frame.index).__name__ == "RangeIndex"
    names = [] if is_plain else [str(name) if name is not None else "" for name in frame.index.names]
    rows = []
    for key, values in zip(shown.index, shown.itertuples(index=False, name=None)):
        keys = [] if is_plain else list(key) if isinstance(key, tuple) else [key]
        rows.append([cell(value) for value in [*keys, *values]])
    columns = [str(name)[:300] for name in [*names, *shown.columns]]
    return {"columns": columns, "rows": rows, "rowCount": len(frame)}


def records_table(records):
    columns = []
    for record in records[:MAX_ROWS]:
        for name in record:
            if name not in columns and len(columns) < MAX_COLUMNS:
                columns.append(name)
    rows = [[cell(record.get(name)) for name in columns] for record in records[:MAX_ROWS]]
    return {"columns": [str(name)[:300] for name in columns], "rows": rows, "rowCount": len(records)}


def table_of(value):
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame):
        return frame_table(value)
    if pandas is not None and isinstance(value, pandas.Series):
        return frame_table(value.to_frame(value.name if value.name is not None else "value"))
    is_records = isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
    return records_table(value) if is_records else None


saved = 0


def save_image(media_type, suffix, write):
    global saved
    if saved >= MAX_IMAGES:
        return
    saved += 1
    os.makedirs(request["figuresDir"], exist_ok=True)
    path = os.path.join(request["figuresDir"], f"figure-{saved}.{suffix}")
    write(path)
    image = {"path": path, "mediaType": media_type, "size": os.path.getsize(path)}
    say({"type": "image", "image": image})


def write_bytes(content):
    def write(path):
        with open(path, "wb") as target:
            target.write(content)

    return write


def display(*values):
    """Shows values while the code runs: tables, pictures, anything else as text."""
    for value in values:
        show(value)


def show(value):
    table = table_of(value)
    if table is not None:
        say({"type": "table", "table": table})
        return
    picture = getattr(value, "_repr_png_", None)
    content = picture() if callable(picture) and not isinstance(value, type) else None
    if isinstance(content, bytes):
        save_image("image/png", "png", write_bytes(content))
        return
    say({"type": "result", "text": repr(value)[:MAX_RESULT_CHARS]})


def save_figures():
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for number in pyplot.get_fignums():
        save_image("image/png", "png", lambda path, n=number: pyplot.figure(n).savefig(path))
        pyplot.close(number)


def load():
    if request["code"] is not None:
        return request["code"], "<code>"
    with open(request["path"], encoding="utf-8") as file:
        return file.read(), request["path"]


def await_or_return(value):
    if value is None or not hasattr(value, "__await__"):
        return value
    import asyncio

    return asyncio.run(value)


def run_code(code, name, space):
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    tree = ast.parse(code, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

    def part(node, mode):
        compiled = compile(node, name, mode, flags=flags, dont_inherit=True)
        result = eval(compiled, space)
        # Code with an `await` of its own is a coroutine; a value that could be awaited is only a value.
        return await_or_return(result) if compiled.co_flags & 0x80 else result

    part(tree, "exec")
    return part(ast.Expression(last.value), "eval") if last is not None else None


def fault_of(error, name):
    """The error as the language shows it, without the frames of this file."""
    import traceback

    steps = error.__traceback__
    while steps is not None and steps.tb_frame.f_code.co_filename == __file__:
        steps = steps.tb_next
    error = error.with_traceback(steps)
    sys.stdout.flush()
    traceback.print_exception(type(error), error, steps, file=sys.stderr)
    if isinstance(error, SyntaxError) and error.filename == name:
        line = error.lineno
    else:
        lines = [step.lineno for step in traceback.extract_tb(steps) if step.filename == name]
        line = lines[-1] if lines else None
    message = str(error)[:20_000]
    say({"type": "fault", "fault": {"name": type(error).__name__, "message": message, "line": line}})


def main():
    os.environ.setdefault("MPLBACKEND", "Agg")
    module = types.ModuleType("__main__")
    module.__dict__.update(display=display, __file__=request["path"] or "<code>")
    sys.modules["__main__"] = module
    sys.argv = [request["path"] or "-c", *request["args"]]
    folder = os.path.dirname(request["path"]) if request["path"] else os.getcwd()
    sys.path.insert(0, folder)
    name = "<code>"
    exit_code = 0
    try:
        code, name = load()
        result = run_code(code, name, module.__dict__)
        if result is not None:
            show(result)
    except SystemExit as stop:
        if isinstance(stop.code, str):
            print(stop.code, file=sys.stderr)
        exit_code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    except BaseException as error:
        fault_of(error, name)
        exit_code = 1
    try:
        save_figures()
    except Exception as error:
        print(f"A figure could not be saved: {error}", file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    sys.exit(exit_code & 0xFF)


main()
