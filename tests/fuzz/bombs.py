"""Inputs of up to a mebibyte that are made to take all time or all memory. They are generated: most shrink to a line of code."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

MIB: Final = 1024 * 1024

Bomb = Callable[[], str | bytes]

_WORKSHEET: Final = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_WORKSHEET_END: Final = "</sheetData></worksheet>"
_HEADER: Final = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>due_on</t></is></c></row>'
_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def filled(pattern: str, size: int = MIB, around: tuple[str, str] = ("", "")) -> str:
    """The pattern again and again between two texts, `size` bytes in all at most."""
    begin, end = around
    return begin + pattern * ((size - len((begin + end).encode())) // len(pattern.encode())) + end


def marks(size: int) -> str:
    """Marks on one letter in the worst order."""
    return "a" + "\u0301" * (size // 4) + "\u0323" * (size // 4)


def aliases(levels: int = 30) -> str:
    """Each line nine times the one before: the last would stand for 9 to the power of 30 texts."""
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, levels)]
    return "\n".join(lines)


def workbook(parts: Mapping[str, str], sheets: Iterable[str] = ("sheet1",)) -> bytes:
    """A workbook of such parts. Each of `sheets` is a part in xl/worksheets and has a name of its own."""
    names = list(sheets)
    listed = "".join(f'<sheet name="S{at}" sheetId="{at + 1}" r:id="r{at}"/>' for at in range(len(names)))
    targets = "".join(f'<Relationship Id="r{at}" Type="{_RELATIONSHIPS}/worksheet" Target="worksheets/{name}.xml"/>' for at, name in enumerate(names))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    document = f'<Relationship Id="r" Type="{_RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/>'
    every = {
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{_RELATIONSHIPS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{targets}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"/>',
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}">{document}</Relationships>',
        **parts,
    }
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        for name, content in every.items():
            file.writestr(name, content)
    return out.getvalue()


def sheet(rows: str = "") -> str:
    """A sheet with a header and such rows."""
    return _WORKSHEET + _HEADER + rows + _WORKSHEET_END


def zeros(size: int, parts: int, *, overlapping: bool = False) -> bytes:
    """A zip of so many parts of `size` zero bytes each, all the same bytes of the file where they overlap."""
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = block.compress(bytes(MIB)) + block.flush(zlib.Z_FULL_FLUSH)  # can be repeated, since nothing before is looked back to
    last = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    packed = packed * (size // MIB) + last
    checksum = 0
    for _ in range(size // MIB):
        checksum = zlib.crc32(bytes(MIB), checksum)
    file, directory = BytesIO(), b""
    for number in range(parts):
        name = b"xl/workbook.xml" if number == 0 else b"xl/%d" % number
        place = 0 if overlapping else file.tell()
        if number == 0 or not overlapping:
            file.write(struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, checksum, len(packed), size, len(name), 0) + name + packed)
        sizes = (checksum, len(packed), size, len(name), 0, 0, 0, 0, 0, place)
        directory += struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, *sizes) + name
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, parts, parts, len(directory), file.tell(), 0)
    return file.getvalue() + directory + end


def repeated_text(length: int, rows: int, **options: Any) -> bytes:
    """A parquet file with one long text that stands in it once, and in every row."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = BytesIO()
    schema = pa.schema([("id", pa.int64()), ("summary", pa.dictionary(pa.int32(), pa.string()))])
    chosen = {"compression": "zstd", "write_statistics": False, "store_schema": False, **options}
    with pq.ParquetWriter(out, schema, **chosen) as file:
        for first in range(0, rows, 5000):
            ids = pa.array(range(first, min(first + 5000, rows)))
            text = pa.DictionaryArray.from_arrays(pa.array([0] * len(ids), pa.int32()), pa.array(["x" * length]))
            file.write_table(pa.table({"id": ids, "summary": text}))
    return out.getvalue()


def equal_rows(rows: int) -> bytes:
    """A parquet file of rows that are all the same, which takes no room."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = BytesIO()
    with pq.ParquetWriter(out, pa.schema([("id", pa.string())]), compression="zstd", write_statistics=False) as file:
        some = pa.table({"id": pa.array(["a"] * 1_000_000)})
        for _ in range(rows // len(some)):
            file.write_table(some)
    return out.getvalue()


_TEXT: Final[dict[str, dict[str, Bomb]]] = {
    "yaml": {
        "aliases": aliases,
        "brackets": lambda: filled("["),
        "braces": lambda: filled("{a: "),
        "dashes": lambda: filled("- "),
        "questions": lambda: filled("? "),
        "indents": lambda: "".join(" " * level + "a:\n" for level in range(1400)),
        "values": lambda: filled("a,", around=("[", "]")),
        "keys": lambda: "{" + ",".join(f"{number:x}" for number in range(150_000)) + "}",
        "tag directives": lambda: "".join(f"%TAG !{number:x}! b\n" for number in range(60_000)) + "--- a",
        "tag directives behind a document": lambda: "a\n...\n" + "".join(f"%TAG !{number:x}! b\n" for number in range(60_000)) + "--- a",
        "digits": lambda: filled("9"),
        "one scalar": lambda: filled("x ", around=("a: ", "")),
        "empty lines": lambda: filled("\n", around=('a: "', '"')),
        "one key": lambda: filled("k", around=("? ", "\n: 1")),
        "anchors": lambda: filled("&a "),
        "bangs": lambda: filled("!"),
        "quotes": lambda: filled("'", around=("a: ", "")),
        "documents": lambda: filled("---\n"),
        "comments": lambda: filled("#\n"),
        "colons": lambda: filled(": "),
    },
    "yaml-in-python": {
        "aliases": aliases,
        "brackets": lambda: filled("["),
        "questions": lambda: filled("? "),
        "version": lambda: filled("9", around=("%YAML 1.", "\n--- a")),
        "escape": lambda: filled("\\U0010ffff", around=('a: "', '"')),
        "one scalar": lambda: filled("x ", around=("a: ", "")),
        "handle": lambda: filled("h", around=("a: !", "!x y")),
    },
    "rules": {
        "deadlines of nothing": lambda: filled("{},", around=("deadlines: [", "]")),
        "parties of nothing": lambda: "parties: {" + ",".join(f"{number:x}" for number in range(150_000)) + "}",
        "names of half a megabyte": lambda: f"? {'x' * 500_000}\n: 1\n? {'xy' * 250_000}\n: 1\n",
        "extends": lambda: filled("../", around=("extends: ", "x")),
        "an id": lambda: filled("a-", around=("id: ", "")),
        "a cite": lambda: filled("Quyết định ", around=("in_force: {cite: ", "}")),
    },
    "closures": {
        "days": lambda: filled("2026-11-23,", around=("decisions: [{id: a, off: [", "]}]")),
        "wrong days": lambda: filled("x,", around=("decisions: [{id: a, off: [", "]}]")),
        "entries of nothing": lambda: filled("{},", around=("decisions: [", "]")),
        "entries": lambda: "decisions:\n" + "".join(f" - {{id: a{at}, off: [2026-11-23], worked: [2026-11-28]}}\n" for at in range(2000)),
    },
    "task-json": {
        "brackets": lambda: filled("["),
        "objects": lambda: filled('{"id":'),
        "digits": lambda: filled("9", around=('{"id":', "}")),
        "digits of a day": lambda: filled("9", around=('{"id":"a","due_on":', "}")),
        "unknown keys": lambda: "{" + ",".join(f'"k{number}":1' for number in range(90_000)) + "}",
        "extensions of nothing": lambda: filled("{},", around=('{"id":"a","extensions":[', "{}]}")),
        "suspensions of nothing": lambda: filled("{},", around=('{"id":"a","suspensions":[', "{}]}")),
        "marks": lambda: f'{{"id":"{marks(MIB - 20)}"}}',
        "escapes": lambda: filled("\\ud83d\\ude00", around=('{"id":"', '"}')),
    },
    "task": {
        "unknown keys": lambda: "\n".join(f"k{number}=" for number in range(100_000)),
        "marks": lambda: f"id=text:a\nsecrecy=text:{marks(MIB - 100)}",
        "a number of 100,000 digits": lambda: "id=text:a\ndue_on=ten to the power:99999",
        "a list in a list": lambda: "id=text:a\nsecrecy=nested:99999",
    },
    "record": {
        "columns": lambda: "\n".join(f"k{number}=" for number in range(100_000)),
        "one column": lambda: "k" * (MIB - 2) + "=x",
        "marks": lambda: f"id=text:a\nurgent=text:{marks(MIB - 100)}",
        "marks of a day": lambda: f"id=text:a\ndue_on=text:{marks(MIB - 100)}",
        "marks of a column": lambda: marks(MIB - 100) + "=text:1",
        "blanks of a column": lambda: "ngày" + " " * (MIB - 50) + "giao=text:1\nngày giao=text:2",
    },
    "csv": {
        "columns": lambda: "id," + ",".join(f"{number:x}" for number in range(170_000)) + "\na\n",
        "cells": lambda: filled("a;", around=("id;due_on\n", "\n")),
        "separators": lambda: filled(";"),
        "an open quotation mark": lambda: filled("a\n", around=('id;x\n"', "")),
        "quotation marks": lambda: filled('"', around=("id;x\n", "")),
        "one cell": lambda: filled("a", around=("id;x\n", ";\n")),
        "marks of an id": lambda: f"id;x\n{marks(MIB - 100)};\n",
        "marks of a name": lambda: f"id;{marks(MIB - 100)}\n",
        "marks of texts": lambda: "id;summary\n" + "".join(f"{number};{marks(120_000)}\n" for number in range(8)),
        "marks of a degree": lambda: f"id;secrecy\na;{marks(120_000)}\n",
        "marks of a day": lambda: f"id;due_on\na;{marks(120_000)}\n",
        "returns": lambda: filled("\r", around=("id;x", "")),
    },
    "jsonl": {
        "brackets": lambda: filled("["),
        "objects": lambda: filled('{"a":'),
        "digits": lambda: filled("9", around=('{"id":', "}")),
        "keys": lambda: "{" + ",".join(f'"k{number}":1' for number in range(90_000)) + "}",
        "marks": lambda: f'{{"id":"{marks(MIB - 100)}"}}',
        "extensions of nothing": lambda: filled("{},", around=('{"id":"a","extensions":[', "{}]}")),
    },
}
_FILES: Final[dict[str, dict[str, Bomb]]] = {
    "xlsx": {
        "a part of a gigabyte": lambda: zeros(1000 * MIB, 1),
        "many parts of 60 megabytes": lambda: zeros(60 * MIB, 16),
        "parts that overlap": lambda: zeros(60 * MIB, 400, overlapping=True),
        "a sheet of elements": lambda: workbook({"xl/worksheets/sheet1.xml": sheet("<x/>" * (15 * MIB))}),
        "the same sheet again and again": lambda: workbook({"xl/worksheets/sheet1.xml": sheet("<x/>" * MIB)}, ["sheet1"] * 900),
        "opposite corners": lambda: workbook({"xl/worksheets/sheet1.xml": sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')}),
        "cells far apart": lambda: workbook(
            {"xl/worksheets/sheet1.xml": sheet("".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(2, 1_000_000, 99)))}
        ),
        "a count that lies": lambda: workbook(
            {"xl/worksheets/sheet1.xml": sheet(), "xl/sharedStrings.xml": '<sst uniqueCount="4294967295"><si><t>x</t></si></sst>'}
        ),
        "a count that lies later": lambda: workbook(
            {"xl/worksheets/sheet1.xml": sheet(), "xl/sharedStrings.xml": '<sst><sst uniqueCount="4294967295"/><si><t>x</t></si></sst>'}
        ),
        "empty texts": lambda: workbook({"xl/worksheets/sheet1.xml": sheet(), "xl/sharedStrings.xml": "<sst>" + "<si/>" * (12 * MIB) + "</sst>"}),
        "one text in every cell": lambda: workbook(
            {
                "xl/worksheets/sheet1.xml": sheet("".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(2, 20_000))),
                "xl/sharedStrings.xml": f"<sst><si><t>{'x' * MIB}</t></si></sst>",
            }
        ),
        "elements in elements": lambda: workbook({"xl/worksheets/sheet1.xml": sheet("<a>" * MIB + "</a>" * MIB)}),
        "one attribute": lambda: workbook({"xl/worksheets/sheet1.xml": sheet(f'<row r="2" x="{"x" * 30 * MIB}"/>')}),
        "entities": lambda: workbook(
            {
                "xl/worksheets/sheet1.xml": sheet(),
                "xl/sharedStrings.xml": '<!DOCTYPE sst [<!ENTITY a0 "aaaaaaaaaa">'
                + "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10))
                + "]><sst><si><t>&a9;</t></si></sst>",
            }
        ),
    },
    "parquet": {
        "equal rows": lambda: equal_rows(5_000_000),
        "one text in every row": lambda: repeated_text(MIB // 2, 6_000),
        "texts that go on": lambda: repeated_text(20_000, 30_000, use_dictionary=["id"], column_encoding={"summary": "DELTA_BYTE_ARRAY"}),
        "one text, unpacked": lambda: repeated_text(200 * MIB, 1, use_dictionary=False),
    },
}
BOMBS: Final[dict[str, dict[str, Bomb]]] = {**_TEXT, **_FILES}


def made(target: str, name: str) -> bytes:
    """The bytes of a bomb."""
    content = BOMBS[target][name]()
    return content.encode() if isinstance(content, str) else content
