#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks what cgprune --json printed against the schemas of the source tree.

usage: validate_json.py SCHEMAS PRINTED
           Each line is as its verb's schema says.
       validate_json.py --coverage SCHEMAS PRINTED EXCUSED
           Each schema was used, and each property of each was there and not null.
       validate_json.py --strict SCHEMAS
           The schemas leave nothing open, and say what each property is.

PRINTED has lines of a verb, a tab and what it printed. EXCUSED has lines of a property, as --coverage names it, a
colon and why it cannot be had there.
"""

import json
import pathlib
import re
import sys
import warnings

import jsonschema

# Debian 12 has nothing else that resolves references between files; later versions call it deprecated.
warnings.filterwarnings("ignore", category=DeprecationWarning)

BASE = "file:///"


class Schemas:
    """All files of the folder. The place of a part of one is as in "list.json#/$defs/entry"."""

    def __init__(self, folder):
        self.files = {path.name: json.loads(path.read_text()) for path in sorted(pathlib.Path(folder).glob("*.json"))}
        self.store = {BASE + name: schema for name, schema in self.files.items()}

    def verbs(self):
        return [name[: -len(".json")] for name in self.files if name != "common.json"]

    def validator(self, part, place):
        name = place.partition("#")[0]
        resolver = jsonschema.RefResolver(BASE + name, self.files[name], self.store)
        return jsonschema.Draft202012Validator(part, resolver=resolver)

    def target(self, reference, place):
        """What a $ref at `place` leads to, and where that is."""
        name, _, pointer = reference.partition("#")
        name = name or place.partition("#")[0]
        part = self.files[name]
        for step in pointer.strip("/").split("/"):
            part = part[step]
        return part, f"{name}#{pointer}"

    def parts(self, part, place):
        """The part, and all that references and alternatives in it lead to."""
        yield part, place
        if "$ref" in part:
            yield from self.parts(*self.target(part["$ref"], place))
        for branch in part.get("oneOf", []) + part.get("anyOf", []):
            yield from self.parts(branch, place)


def parse(text):
    """The object, more strictly than Python: no key twice, no NaN."""

    def members(pairs):
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            raise ValueError(f"a key twice in {keys}")
        return dict(pairs)

    def refuse(constant):
        raise ValueError(f"{constant} is no JSON")

    value = json.loads(text, object_pairs_hook=members, parse_constant=refuse)
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def printed(file):
    """Verb and text of each line."""
    for line in pathlib.Path(file).read_bytes().decode("ascii", "backslashreplace").split("\n")[:-1]:
        verb, _, text = line.partition("\t")
        yield verb, text


def told(error):
    """What is wrong; where there are alternatives, with the one that is wrong in the fewest places."""
    if not error.context:
        return f"{error.json_path}: {error.message}"
    branches = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    nearest = min(branches.values(), key=lambda errors: (len(errors), -len(errors[0].path)))
    return "; ".join(told(inner) for inner in nearest)


def wrong_lines(schemas, lines):
    for verb, text in lines:
        name = f"{verb}.json"
        if name not in schemas.files:
            yield f"there is no schema for the verb {verb}: {text}"
            continue
        try:
            value = parse(text)
        except ValueError as problem:
            yield f"{verb}: {problem}: {text}"
            continue
        for error in schemas.validator(schemas.files[name], name).iter_errors(value):
            yield f"{verb}: {told(error)}: {text}"


def name_of(place):
    """ "common entry stuck", of the place of that property. """
    return re.sub(r"\.json#?|/(\$defs|properties)/|/items", " ", place).strip().replace("  ", " ")


class Coverage:
    """Which properties there are, and which of them were printed."""

    def __init__(self, schemas):
        self.schemas = schemas
        self.known = set()
        self.seen = set()
        for verb in schemas.verbs():
            self.learn(schemas.files[f"{verb}.json"], f"{verb}.json#")

    def learn(self, part, place):
        for inner, where in self.schemas.parts(part, place):
            for key, schema in inner.get("properties", {}).items():
                below = f"{where}/properties/{key}"
                if schema.get("type") != "null":
                    self.known.add(name_of(below))
                self.learn(schema, below)
            if "items" in inner:
                self.learn(inner["items"], f"{where}/items")

    def look(self, value, part, place):
        for inner, where in self.schemas.parts(part, place):
            if not self.schemas.validator(inner, where).is_valid(value):
                continue
            for key, schema in inner.get("properties", {}).items() if isinstance(value, dict) else ():
                if value.get(key) is not None:
                    below = f"{where}/properties/{key}"
                    self.seen.add(name_of(below))
                    self.look(value[key], schema, below)
            for item in value if isinstance(value, list) else ():
                self.look(item, inner.get("items", {}), f"{where}/items")


def not_covered(schemas, lines, excused):
    coverage = Coverage(schemas)
    unused = set(schemas.verbs())
    for verb, text in lines:
        unused.discard(verb)
        coverage.look(json.loads(text), schemas.files[f"{verb}.json"], f"{verb}.json#")
    yield from (f"no line of the verb {verb}" for verb in sorted(unused))
    yield from (f"never there but null: {name}" for name in sorted(coverage.known - coverage.seen - excused))
    yield from (f"excused, and there: {name}" for name in sorted(excused & coverage.seen))
    yield from (f"excused, and no property: {name}" for name in sorted(excused - coverage.known))


def loose_parts(schemas, part, place):
    """What of the part, or of a part inside it, is left open or not told."""
    if isinstance(part, list):
        for number, inner in enumerate(part):
            yield from loose_parts(schemas, inner, f"{place}/{number}")
    if not isinstance(part, dict):
        return
    if part.get("type") == "object" and part.get("additionalProperties", True) is True:
        yield f"{place}: other properties are not excluded"
    properties = part.get("properties", {}) if part.get("type") == "object" else {}
    if set(part.get("required", [])) - set(properties):
        yield f"{place}: what is required is no property"
    for key, schema in properties.items():
        about = " ".join(inner.get("description", "") for inner, _ in schemas.parts(schema, place)).strip()
        if not about:
            yield f"{place}/properties/{key}: not described"
        if key.endswith("-ms") and "milliseconds" not in about:
            yield f"{place}/properties/{key}: its unit is not described"
        if not set(schema) & {"$ref", "type", "enum", "const", "anyOf", "oneOf"}:
            yield f"{place}/properties/{key}: may be anything"
    for key, inner in part.items():
        yield from loose_parts(schemas, inner, f"{place}/{key}")


def not_strict(schemas):
    for name, schema in schemas.files.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        yield from loose_parts(schemas, schema, f"{name}#")


def main(arguments):
    options = [word for word in arguments if word.startswith("--")]
    schemas, *files = [word for word in arguments if not word.startswith("--")]
    schemas = Schemas(schemas)
    if "--strict" in options:
        problems = not_strict(schemas)
    elif "--coverage" in options:
        excused = {line.partition(":")[0] for line in pathlib.Path(files[1]).read_text().splitlines()}
        problems = not_covered(schemas, printed(files[0]), excused)
    else:
        problems = wrong_lines(schemas, printed(files[0]))
    found = 0
    for found, problem in enumerate(problems, 1):
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
