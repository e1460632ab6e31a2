#!/usr/bin/env python3
"""embed.py OUTPUT.S OBJECT.bpf.o...: assembler source that includes each object's bytes."""
import pathlib
import sys

ENTRY = """
	.global vigil_{name}_object, vigil_{name}_object_end
	.balign 16
vigil_{name}_object:
	.incbin "{path}"
vigil_{name}_object_end:
"""


def main(output, *objects):
    text = "\t.section .rodata\n"
    for path in map(pathlib.Path, objects):
        text += ENTRY.format(name=path.name.removesuffix(".bpf.o"), path=path.resolve())
    text += '\n\t.section .note.GNU-stack, "", %progbits\n'
    pathlib.Path(output).write_text(text)


main(*sys.argv[1:])
