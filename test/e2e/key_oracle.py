"""What the keys of some lines are, said by Python's own library: a key a line, of the lines on stdin.

    key_oracle.py KIND [ARGUMENT...]

KIND is letters, or json POINTER, or field NUMBER, or findall REGEX; before it may stand --lower,
--max-line N, --min-length N, --stop-words FILE. A key with an end of line in it cannot be written.
"""
import argparse
import json
import json.scanner
import re
import sys
import unicodedata

JOINTS = "'-\u2019\u02bc\u2010\u2011\u200c\u200d\u00ad"


def lines_of(data, longest):
    """Lines as they end in the world, and whether each was cut."""
    lines = re.split(rb"\r\n|\r|\n", data)
    if not lines[-1]:
        lines.pop()
    return [(line[:longest], len(line) > longest) for line in lines]


def letter_words(text):
    """Letters and digits, with marks behind them, and with joints inside."""
    word, pending = "", ""
    for char in text:
        kind = unicodedata.category(char)
        if kind[0] == "L" or kind == "Nd" or (kind[0] == "M" and word):
            word, pending = word + pending + char, ""
        elif char in JOINTS and word:
            pending += char
        else:
            if word:
                yield word
            word, pending = "", ""
    if word:
        yield word


def value_at(value, pointer):
    """Raises LookupError where there is none."""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and re.fullmatch("0|[1-9][0-9]*", token):
            value = value[int(token)]
        elif isinstance(value, dict):
            value = value[token]
        else:
            raise KeyError(token)
    return value


class Number(str):
    """As it stands."""


class Names(dict):
    """An object, which knows how it stands in the line."""


class Elements(list):
    """The same of an array."""


def json_reader():
    """Python's own reader in Python, of strict JSON, which keeps what stands in the line."""
    def refuse(name):
        raise ValueError(name)

    def standing(parse, kind):
        def parsed(text_and_begin, *rest):
            text, begin = text_and_begin
            value, end = parse(text_and_begin, *rest)
            value = kind(value)
            value.text = text[begin - 1:end]
            return value, end
        return parsed

    reader = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=refuse,
                              object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    reader.parse_object = standing(json.decoder.JSONObject, Names)
    reader.parse_array = standing(json.decoder.JSONArray, Elements)
    reader.scan_once = json.scanner.py_make_scanner(reader)
    return reader


READER = json_reader()


def json_keys(line, is_cut, pointer):
    """A string's text, else what stands there."""
    try:
        if is_cut:
            return
        found = value_at(READER.decode(line.decode()), pointer)
    except (LookupError, ValueError):
        return
    if isinstance(found, (Names, Elements)):
        yield found.text
    else:
        text = found if isinstance(found, str) else json.dumps(found)
        yield re.sub("[\ud800-\udfff]", "\ufffd", text)  # halves of pairs


def field(line, is_cut, number):
    """As awk's."""
    fields = re.findall(rb"[^ \t\v\f]+", line)
    if is_cut and number < 0:
        return
    place = number - 1 if number > 0 else len(fields) + number
    if 0 <= place < len(fields):
        yield fields[place]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lower", action="store_true")
    parser.add_argument("--max-line", type=int, default=1 << 20)
    parser.add_argument("--min-length", type=int, default=0)
    parser.add_argument("--stop-words")
    parser.add_argument("kind", choices=["letters", "json", "field", "findall"])
    parser.add_argument("argument", nargs="?")
    options = parser.parse_args()
    stop_words = set()
    if options.stop_words:
        with open(options.stop_words, encoding="utf-8") as file:
            stop_words = {word.lower() if options.lower else word for word in file.read().split("\n")}
    for line, is_cut in lines_of(sys.stdin.buffer.read(), options.max_line):
        text = line.decode(errors="surrogateescape")
        if options.kind == "letters":
            keys = letter_words(text.lower() if options.lower else text)
        elif options.kind == "json":
            keys = json_keys(line, is_cut, options.argument)
        elif options.kind == "field":
            keys = (key.decode(errors="surrogateescape") for key in field(line, is_cut, int(options.argument)))
        else:
            keys = re.findall(options.argument, text)
        for key in keys:
            key = key.lower() if options.lower else key
            if key not in stop_words and len(key) >= options.min_length:
                sys.stdout.buffer.write(key.encode(errors="surrogateescape") + b"\n")


main()
