"""Writes seeds for the fuzz targets from the cases that several implementations share.

    python3 fuzz/seeds.py CASES FOLDER

CASES is a folder with conformance/jsonata, conformance/jsonpath and conformance/cases; where it is
missing, nothing is written and that is said. FOLDER gets one folder a target.
"""

import hashlib
import json
import pathlib
import sys

BYTES_MAX = 4096


def keep(folder, target, text):
    """One seed, named after what is in it; a long one would only slow the search down."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= BYTES_MAX:
        place = folder / target
        place.mkdir(parents=True, exist_ok=True)
        (place / hashlib.sha1(data).hexdigest()[:16]).write_bytes(data)


def lines(folder):
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def definitions(value):
    """Every definition in a recorded case, as text."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key == "definition" and isinstance(member, str):
                yield member
            else:
                yield from definitions(member)
    elif isinstance(value, list):
        for member in value:
            yield from definitions(member)


def main():
    cases, folder = pathlib.Path(sys.argv[1]) / "conformance", pathlib.Path(sys.argv[2])
    if not cases.is_dir():
        print("no shared cases beside the clone: the seeds in fuzz/corpus are all there are")
        return
    for case in lines(cases / "jsonata"):
        if isinstance(case.get("expr"), str):
            keep(folder, "jsonata_parse", case["expr"])
            rest = "\0" + json.dumps(case["data"]) if "data" in case else ""
            keep(folder, "jsonata_evaluate", case["expr"] + rest)
    for case in lines(cases / "jsonpath"):
        rest = "\0" + json.dumps(case["document"]) if "document" in case else ""
        keep(folder, "jsonpath_query", case["query"] + rest)
    for path in sorted((cases / "cases").rglob("*.json")):
        for text in definitions(json.loads(path.read_text(encoding="utf-8"))):
            keep(folder, "asl_compile", text)


main()
