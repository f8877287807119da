"""Reads transactions with the PyPI package nistitl and prints what it found as JSON.

    pip install nistitl==0.6
    python read_with_nistitl.py FILE...

One object a file: a list of records, each with its type, its IDC and its fields by number. A field is
a list of subfields, a subfield a list of items, all as text in Latin-1 (nistitl's own choice); field 999
and the body of a binary record are given as size and SHA-256.
"""
import hashlib
import json
import sys

import nistitl

PINNED = "0.6"


def blob(data):
    return {"size": len(data), "sha256": hashlib.sha256(bytes(data)).hexdigest()}


def field_value(field):
    if isinstance(field, nistitl.BinaryField):
        return blob(field.value)
    if not len(field):
        return [[str(field.value)]]
    subfields = []
    for index in range(len(field)):
        subfield = field[index]
        if len(subfield):
            subfields.append([str(subfield[place]) for place in range(len(subfield))])
        else:
            subfields.append([str(subfield.value)])
    return subfields


def record_value(record):
    if isinstance(record, nistitl.BinaryRecord):
        return {"type": record.type, "idc": int(record.IDC), "body": blob(record.value)}
    fields = {str(field.tag): field_value(field) for field in record._fields}
    return {"type": record.type, "fields": fields}


def main(paths):
    if nistitl.__version__ != PINNED:
        sys.exit("nistitl %s is wanted, %s is installed" % (PINNED, nistitl.__version__))
    out = []
    for path in paths:
        with open(path, "rb") as file:
            message = nistitl.Message()
            message.parse(file.read())
        out.append([record_value(record) for record in message])
    json.dump(out, sys.stdout)


main(sys.argv[1:])
